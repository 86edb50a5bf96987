using System.Runtime.InteropServices;

namespace Elbow.Torch.Native;

/// <summary>The functions of <c>native/elbow_torch.h</c>, one to one.</summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "elbow_torch";

    static NativeMethods() => NativeLoader.Register();

    [LibraryImport(Library)] internal static partial nint elbow_last_error();
    [LibraryImport(Library)] internal static partial int elbow_op_find([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string overload, out nint op);
    [LibraryImport(Library)] internal static partial int elbow_op_call(nint op, NativeValue* args, int count, NativeValue* results, int capacity, int* resultCount);

    [LibraryImport(Library)] internal static partial int elbow_tensor_from_data(void* data, long bytes, long* sizes, int rank, int dtype, int device, out nint tensor);
    [LibraryImport(Library)] internal static partial int elbow_tensor_copy_from(nint tensor, void* data, long bytes);
    [LibraryImport(Library)] internal static partial int elbow_tensor_copy_to(nint tensor, void* data, long bytes);
    [LibraryImport(Library)] internal static partial void elbow_tensor_free(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int elbow_tensor_rank(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial void elbow_tensor_sizes(nint tensor, long* sizes, long* strides);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int elbow_tensor_dtype(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int elbow_tensor_device(nint tensor);
    [LibraryImport(Library)] internal static partial int elbow_tensor_data(nint tensor, long bytes, out void* data);

    [LibraryImport(Library)] internal static partial int elbow_tensor_requires_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int elbow_tensor_set_requires_grad(nint tensor, int on);
    [LibraryImport(Library)] internal static partial int elbow_tensor_grad(nint tensor, out nint grad);
    [LibraryImport(Library)] internal static partial int elbow_tensor_clear_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int elbow_backward(nint root, nint gradient);
    [LibraryImport(Library)] internal static partial int elbow_grad(nint root, nint gradient, nint* inputs, int count, int createGraph, nint* grads);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int elbow_grad_mode();
    [LibraryImport(Library), SuppressGCTransition] internal static partial int elbow_set_grad_mode(int on);

    [LibraryImport(Library)] internal static partial int elbow_conv2d(nint x, nint weight, nint bias, long stride, long padding, out nint result);
    [LibraryImport(Library)] internal static unsafe partial int elbow_conv_way(long* large, long* small, long k, long stride, long padding);
    [LibraryImport(Library)] internal static partial int elbow_conv_transpose2d(nint x, nint weight, nint bias, long stride, long padding, long extraHeight, long extraWidth, out nint result);
    [LibraryImport(Library)] internal static partial int elbow_bernoulli_log_prob(nint x, nint logits, out nint result);
    [LibraryImport(Library)] internal static partial int elbow_adam_step(nint* parameters, nint* gradients, nint* m, nint* v, int count, AdamArguments* options);

    [LibraryImport(Library)] internal static partial int elbow_generator_new(int device, ulong seed, out nint generator);
    [LibraryImport(Library)] internal static partial int elbow_generator_state(nint generator, out nint state);
    [LibraryImport(Library)] internal static partial int elbow_generator_set_state(nint generator, nint state);
    [LibraryImport(Library)] internal static partial void elbow_generator_free(nint generator);

    [LibraryImport(Library)] internal static partial nint elbow_version();
    [LibraryImport(Library)] internal static partial nint elbow_build_info();
    [LibraryImport(Library)] internal static partial int elbow_threads();
    [LibraryImport(Library)] internal static partial int elbow_kernel_threads();
    [LibraryImport(Library)] internal static partial int elbow_set_threads(int count);
    [LibraryImport(Library)] internal static partial int elbow_cuda_devices();
    [LibraryImport(Library)] internal static partial int elbow_set_deterministic(int on);

    [LibraryImport(Library)] internal static partial int elbow_script_load([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int device, out nint module);
    [LibraryImport(Library)] internal static partial int elbow_script_call(nint module, [MarshalAs(UnmanagedType.LPUTF8Str)] string method, NativeValue* args, int count, NativeValue* results, int capacity, int* resultCount);
    [LibraryImport(Library)] internal static partial void elbow_script_free(nint module);

    [LibraryImport(Library)] internal static partial int elbow_group_new([MarshalAs(UnmanagedType.LPUTF8Str)] string backend, [MarshalAs(UnmanagedType.LPUTF8Str)] string host, int port, int rank, int size, int timeoutMilliseconds, out nint group);
    [LibraryImport(Library)] internal static partial int elbow_group_all_reduce(nint group, nint tensor);
    [LibraryImport(Library)] internal static partial int elbow_group_broadcast(nint group, nint tensor, int root);
    [LibraryImport(Library)] internal static partial int elbow_group_all_gather(nint group, nint tensor, out nint result);
    [LibraryImport(Library)] internal static partial int elbow_group_barrier(nint group);
    [LibraryImport(Library)] internal static partial void elbow_group_free(nint group);

    [LibraryImport(Library)] internal static partial int elbow_cuda_graph_new(out nint graph);
    [LibraryImport(Library)] internal static partial int elbow_cuda_graph_begin(nint graph, nint generator);
    [LibraryImport(Library)] internal static partial int elbow_cuda_graph_end(nint graph);
    [LibraryImport(Library)] internal static partial int elbow_cuda_graph_replay(nint graph);
    [LibraryImport(Library)] internal static partial int elbow_cuda_synchronize();
    [LibraryImport(Library)] internal static partial void elbow_cuda_graph_free(nint graph);

    internal static string LastError() => Marshal.PtrToStringUTF8(elbow_last_error()) ?? "";

    /// <summary>Turns a non-zero status into a <see cref="TorchException"/> that names the operation.</summary>
    /// <param name="status">What the native function returned.</param>
    /// <param name="operation">What was tried.</param>
    /// <param name="user">Whose native object the call used: no finaliser may release it before the call has returned.</param>
    /// <param name="another">A second such object.</param>
    internal static void Check(int status, string operation, object? user = null, object? another = null)
    {
        GC.KeepAlive(user);
        GC.KeepAlive(another);
        if (status != 0) throw new TorchException(operation, "", LastError());
    }
}

[StructLayout(LayoutKind.Sequential)]
internal struct AdamArguments
{
    internal double LearningRate, Beta1, Beta2, Epsilon, WeightDecay, BiasCorrection1, BiasCorrection2Sqrt;
    internal int Decoupled, InfinityNorm;
}

using Elbow.Torch.Native;

namespace Elbow.Torch;

public sealed partial class Tensor
{
    /// <summary>The same elements under another shape; one size may be −1.</summary>
    public Tensor Reshape(params long[] sizes) => Aten.Reshape.Call(this, sizes);

    /// <summary>The same elements under another shape.</summary>
    public Tensor Reshape(Shape sizes) => Aten.Reshape.Call(this, sizes.ToArray());

    /// <summary>The axes in another order.</summary>
    public Tensor Permute(params long[] axes) => Aten.Permute.Call(this, axes);

    /// <summary>Two axes exchanged.</summary>
    public Tensor Transpose(long a, long b) => Aten.Transpose.Call(this, a, b);

    /// <summary>The last two axes exchanged.</summary>
    public Tensor T => Aten.Transpose.Call(this, -2L, -1L);

    /// <summary>A new axis of size 1.</summary>
    public Tensor Unsqueeze(long axis) => Aten.Unsqueeze.Call(this, axis);

    /// <summary>Without an axis of size 1.</summary>
    public Tensor Squeeze(long axis) => Aten.Squeeze.Call(this, axis);

    /// <summary>Axes of size 1 repeated without copying; −1 keeps a size.</summary>
    public Tensor Expand(params long[] sizes) => Aten.Expand.Call(this, sizes);

    /// <summary>Expanded to a shape.</summary>
    public Tensor Expand(Shape shape) => Aten.Expand.Call(this, shape.ToArray());

    /// <summary>Tensors laid end to end along an axis.</summary>
    public static Tensor Cat(long axis, params Tensor[] tensors) => Aten.Cat.Call(tensors, axis);

    /// <summary>Tensors of one shape along a new axis.</summary>
    public static Tensor Stack(long axis, params Tensor[] tensors) => Aten.Stack.Call(tensors, axis);

    /// <summary>Cut into equal pieces along an axis.</summary>
    /// <exception cref="ShapeException">The axis does not divide into that many.</exception>
    public Tensor[] Chunk(int pieces, long axis)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pieces, 1);
        if (Shape[checked((int)axis)] % pieces != 0) throw new ShapeException($"axis {axis} of {Shape} does not divide into {pieces} equal pieces");
        return Aten.Chunk.CallMany(pieces, this, (long)pieces, axis);
    }

    /// <summary>Cut into two halves along an axis: <c>var (mu, logVar) = h.Halves(-1);</c>.</summary>
    public (Tensor First, Tensor Second) Halves(long axis) => Pair(Chunk(2, axis));

    /// <summary><paramref name="length"/> indices from <paramref name="start"/> along an axis.</summary>
    public Tensor Narrow(long axis, long start, long length) => Aten.Narrow.Call(this, axis, start, length);

    /// <summary>One index along an axis, which disappears.</summary>
    public Tensor Select(long axis, long index) => Aten.Select.Call(this, axis, index);

    /// <summary>The element or sub-tensor at an index of the first axis.</summary>
    public Tensor this[long index] => Select(0, index);

    /// <summary>Every <paramref name="step"/>-th index of an axis.</summary>
    public Tensor Slice(long axis, long? start, long? end, long step = 1) => Aten.Slice.Call(this, axis, start, end, step);

    /// <summary>The given indices (int64) along an axis.</summary>
    public Tensor IndexSelect(long axis, Tensor indices) => Aten.IndexSelect.Call(this, axis, indices);

    /// <summary>One element per index along an axis, as libtorch's gather.</summary>
    public Tensor Gather(long axis, Tensor indices) => Aten.Gather.Call(this, axis, indices);

    /// <summary>Values added at indices along an axis, as libtorch's scatter_add.</summary>
    public Tensor ScatterAdd(long axis, Tensor indices, Tensor source) => Aten.ScatterAdd.Call(this, axis, indices, source);

    /// <summary>Order reversed along axes.</summary>
    public Tensor Flip(params long[] axes) => Aten.Flip.Call(this, axes);

    /// <summary>Whole tensor repeated per axis.</summary>
    public Tensor Repeat(params long[] times) => Aten.Repeat.Call(this, times);

    /// <summary>Each index repeated along an axis.</summary>
    public Tensor RepeatInterleave(long times, long axis) => Aten.RepeatInterleave.Call(this, times, axis);

    /// <summary>Shifted along an axis, what leaves one end entering the other.</summary>
    public Tensor Roll(long shift, long axis) => Aten.Roll.Call(this, new[] { shift }, new[] { axis });

    /// <summary>All axes from <paramref name="from"/> on as one.</summary>
    public Tensor Flatten(int from = 0) => Reshape(Shape.Head(from).Append(Shape.Tail(from).Count));

    /// <summary>The same elements in the given memory order, copied only when needed.</summary>
    public Tensor Contiguous(MemoryFormat format = MemoryFormat.Contiguous) => Aten.Contiguous.Call(this, (long)format);

    /// <summary>A copy.</summary>
    public Tensor Clone() => Aten.Clone.Call(this);

    /// <summary>The same elements, cut from the graph.</summary>
    public Tensor Detach() => Aten.Detach.Call(this);

    /// <summary>Converted to an element type; itself when it has it.</summary>
    public Tensor To(DType type) => type == DType ? this : Aten.ToType.Call(this, type);

    /// <summary>Moved to a device; itself when it is there.</summary>
    public Tensor To(Device device) => device == Device ? this : Aten.ToDevice.Call(this, device, DType);

    /// <summary>The main diagonal of the last two axes.</summary>
    public Tensor Diagonal() => Aten.Diagonal.Call(this, 0L, -2L, -1L);

    /// <summary>The last axis put on the diagonal of a matrix.</summary>
    public Tensor DiagEmbed() => Aten.DiagEmbed.Call(this);

    /// <summary>The lower triangle, from a diagonal on.</summary>
    public Tensor Tril(long diagonal = 0) => Aten.Tril.Call(this, diagonal);

    /// <summary>Indicator vectors of int64 classes, along a new last axis.</summary>
    public Tensor OneHot(long classes) => Aten.OneHot.Call(this, classes);
}

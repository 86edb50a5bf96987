using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Something with parameters. It owns them, names them, and knows whether it is being trained.</summary>
/// <remarks>Names are dotted paths as a PyTorch user expects them: <c>encoder.0.weight</c>. Buffers are saved but not trained.</remarks>
public abstract class Module : IDisposable
{
    private readonly List<KeyValuePair<string, Tensor>> parameters = [];
    private readonly List<KeyValuePair<string, Tensor>> buffers = [];
    private readonly List<Tensor> constants = [];
    private readonly List<(string Name, string PortableName, Module Part)> children = [];
    private bool frozen;

    /// <summary>Whether normalisation uses the statistics of the batch; set for the whole tree by <see cref="SetTraining"/>.</summary>
    public bool Training { get; private set; } = true;

    /// <summary>Sets training or evaluation mode here and below.</summary>
    public void SetTraining(bool on)
    {
        Training = on;
        foreach (var (_, _, child) in children) child.SetTraining(on);
    }

    /// <summary>All trainable tensors here and below, in a fixed order.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => Walk(Trained);

    /// <summary>All saved but untrained tensors here and below.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedBuffers() => Walk(Untrained);

    /// <summary>Turns the parameters here and below into buffers, for good: saved, but not trained and without gradients.</summary>
    public void Freeze()
    {
        frozen = true;
        foreach (var (_, parameter) in parameters) parameter.WithGrad(false);
        foreach (var (_, _, child) in children) child.Freeze();
    }

    /// <summary>Parameters and buffers: what a checkpoint holds.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedTensors() => NamedParameters().Concat(NamedBuffers());

    /// <summary>
    /// The tensors of <see cref="NamedTensors"/> in the same order, with the positions that the layers have in PyTorch's <c>nn.Sequential</c>:
    /// what only lays memory out anew is no layer there.
    /// </summary>
    public IEnumerable<KeyValuePair<string, Tensor>> PortableTensors() => Walk(Trained, portable: true).Concat(Walk(Untrained, portable: true));

    /// <summary>Overwrites all parameters and buffers.</summary>
    /// <exception cref="ArgumentException">A name is missing or unknown, or a shape differs.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> tensors)
    {
        NamedTensorSet.Overwrite(NamedTensors(), tensors);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, child) in children) child.Dispose();
        foreach (var tensor in parameters.Concat(buffers).Select(pair => pair.Value).Concat(constants)) tensor.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Adopts a trainable tensor.</summary>
    protected Tensor Parameter(string name, Tensor tensor)
    {
        parameters.Add(new(name, TensorScope.Detach(tensor).WithGrad()));
        return tensor;
    }

    /// <summary>Adopts a tensor that is saved but not trained.</summary>
    protected Tensor Buffer(string name, Tensor tensor)
    {
        buffers.Add(new(name, TensorScope.Detach(tensor)));
        return tensor;
    }

    /// <summary>Adopts a tensor that the configuration fixes: neither trained nor saved.</summary>
    protected Tensor Constant(Tensor tensor)
    {
        constants.Add(TensorScope.Detach(tensor));
        return tensor;
    }

    /// <summary>Adopts a part, when it is a module.</summary>
    /// <param name="name">In checkpoints.</param>
    /// <param name="part">What is adopted.</param>
    /// <param name="portableName">In files for other programs, where it differs.</param>
    protected T Child<T>(string name, T part, string? portableName = null)
    {
        if (part is Module module) children.Add((name, portableName ?? name, module));
        return part;
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Trained(Module module) => module.frozen ? [] : module.parameters;

    private static IEnumerable<KeyValuePair<string, Tensor>> Untrained(Module module) => module.frozen ? module.parameters.Concat(module.buffers) : module.buffers;

    private IEnumerable<KeyValuePair<string, Tensor>> Walk(Func<Module, IEnumerable<KeyValuePair<string, Tensor>>> own, bool portable = false) =>
        own(this).Concat(children.SelectMany(child => child.Part.Walk(own, portable).Select(pair =>
            new KeyValuePair<string, Tensor>($"{(portable ? child.PortableName : child.Name)}.{pair.Key}", pair.Value))));
}

using Elbow.Torch;

namespace Elbow.Networks;

/// <summary>Something with parameters. It owns them, names them, and knows whether it is being trained.</summary>
/// <remarks>Names are dotted paths as a PyTorch user expects them: <c>encoder.0.weight</c>. Buffers are saved but not trained.</remarks>
public abstract class Module : IDisposable
{
    private readonly List<KeyValuePair<string, Tensor>> parameters = [];
    private readonly List<KeyValuePair<string, Tensor>> buffers = [];
    private readonly List<Tensor> constants = [];
    private readonly List<KeyValuePair<string, Module>> children = [];
    private bool frozen;

    /// <summary>Whether normalisation uses the statistics of the batch; set for the whole tree by <see cref="SetTraining"/>.</summary>
    public bool Training { get; private set; } = true;

    /// <summary>Sets training or evaluation mode here and below.</summary>
    public void SetTraining(bool on)
    {
        Training = on;
        foreach (var (_, child) in children) child.SetTraining(on);
    }

    /// <summary>All trainable tensors here and below, in a fixed order.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedParameters() => Walk(module => module.frozen ? [] : module.parameters);

    /// <summary>All saved but untrained tensors here and below.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedBuffers() => Walk(module => module.frozen ? module.parameters.Concat(module.buffers) : module.buffers);

    /// <summary>Turns the parameters here and below into buffers, for good: saved, but not trained and without gradients.</summary>
    public void Freeze()
    {
        frozen = true;
        foreach (var (_, parameter) in parameters) parameter.WithGrad(false);
        foreach (var (_, child) in children) child.Freeze();
    }

    /// <summary>Parameters and buffers: what a checkpoint holds.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> NamedTensors() => NamedParameters().Concat(NamedBuffers());

    /// <summary>Overwrites all parameters and buffers.</summary>
    /// <exception cref="ArgumentException">A name is missing or unknown, or a shape differs.</exception>
    public void Load(IReadOnlyDictionary<string, Tensor> tensors)
    {
        NamedTensorSet.Overwrite(NamedTensors(), tensors);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, child) in children) child.Dispose();
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
    protected T Child<T>(string name, T part)
    {
        if (part is Module module) children.Add(new(name, module));
        return part;
    }

    private IEnumerable<KeyValuePair<string, Tensor>> Walk(Func<Module, IEnumerable<KeyValuePair<string, Tensor>>> own) =>
        own(this).Concat(children.SelectMany(child => child.Value.Walk(own).Select(pair => new KeyValuePair<string, Tensor>($"{child.Key}.{pair.Key}", pair.Value))));
}

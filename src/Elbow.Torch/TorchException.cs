namespace Elbow.Torch;

/// <summary>libtorch refused an operation.</summary>
/// <param name="operation">The operator, by its libtorch name.</param>
/// <param name="shapes">Shapes of the tensors that went in, or "" where there were none.</param>
/// <param name="message">What libtorch says.</param>
public sealed class TorchException(string operation, string shapes, string message)
    : Exception(shapes.Length == 0 ? $"{operation}: {message}" : $"{operation} on {shapes}: {message}")
{
    /// <summary>The operator, by its libtorch name.</summary>
    public string Operation { get; } = operation;

    /// <summary>Shapes of the tensors that went in.</summary>
    public string Shapes { get; } = shapes;
}

/// <summary>libtorch or the shim over it could not be opened; the message says what to install or build.</summary>
/// <param name="what">What is wrong.</param>
/// <param name="mend">How to mend it.</param>
/// <param name="inner">The loader's own error.</param>
public sealed class TorchUnavailableException(string what, string mend, Exception? inner = null)
    : Exception(what + Environment.NewLine + mend, inner)
{
    /// <summary>What is wrong, in one line.</summary>
    public string What { get; } = what;

    /// <summary>How to mend it, in one line.</summary>
    public string Mend { get; } = mend;
}

/// <summary>A tensor has not the shape that the mathematics at this line needs.</summary>
/// <param name="message">Name, wanted and found shape.</param>
public sealed class ShapeException(string message) : ArgumentException(message);

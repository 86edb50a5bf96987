namespace Elbow.Data;

/// <summary>Prepared data, split, with what is needed to say later which data it was.</summary>
/// <param name="Train">Training rows.</param>
/// <param name="Validation">Validation rows; null when none are held out.</param>
/// <param name="Test">Test rows; null when none are held out.</param>
/// <param name="Sha256">Checksum of the raw files (several files: of the list of their checksums and names; synthetic: of its
/// recipe).</param>
/// <param name="Description">Which data, in words.</param>
/// <param name="Preprocessing">Split, scaling and binarisation with their seeds, in words.</param>
/// <param name="Source">What holds open files; disposed with the splits.</param>
public sealed record DataSplits(
    IDataset Train, IDataset? Validation, IDataset? Test, string Sha256, string Description, string Preprocessing,
    IReadOnlyList<IDataset> Source)
    : IDisposable
{
    /// <summary>The split of this name: train, validation or test; null when it has no rows.</summary>
    /// <exception cref="ArgumentException">Another name.</exception>
    public IDataset? Split(string name) => name switch
    {
        "train" => Train,
        "validation" => Validation,
        "test" => Test,
        _ => throw new ArgumentException($"name: expected train, validation or test, got {name}", nameof(name)),
    };

    /// <summary>Closes mapped files.</summary>
    public void Dispose()
    {
        foreach (var source in Source.OfType<IDisposable>())
        {
            source.Dispose();
        }
    }
}

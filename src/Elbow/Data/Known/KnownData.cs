namespace Elbow.Data;

/// <summary>The catalogue of known data sets.</summary>
public static class KnownData
{
    /// <summary>All known sets.</summary>
    public static IReadOnlyList<KnownSet> All { get; } =
    [
        BundledDigits.Book, BundledDigits.Repository,
        MnistFamily.Mnist, MnistFamily.FashionMnist, MnistFamily.BinarizedMnist,
        Cifar10.Set, Faces.Frey, Faces.Olivetti,
    ];

    /// <summary>The set of this kind, or null.</summary>
    public static KnownSet? Find(string kind) => All.FirstOrDefault(set => set.Kind == kind);
}

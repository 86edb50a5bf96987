namespace Elbow.Data;

/// <summary>A public data set that Elbow knows by name: where it comes from, who made it, how it is split.</summary>
public sealed record KnownSet
{
    /// <summary>The value of <c>data.kind</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Full name.</summary>
    public required string Title { get; init; }

    /// <summary>Folder under a data root that holds its files.</summary>
    public required string Folder { get; init; }

    /// <summary>Rows, shape and values in words.</summary>
    public required string Contents { get; init; }

    /// <summary>The split that is used, in words.</summary>
    public required string Split { get; init; }

    /// <summary>Licence, or what is known in its place.</summary>
    public required string Licence { get; init; }

    /// <summary>Whom to cite.</summary>
    public required string Citation { get; init; }

    /// <summary>Forms in which the set may be present, best first; none: it is bundled with Elbow.</summary>
    public required IReadOnlyList<KnownEdition> Editions { get; init; }

    /// <summary>Whether the set comes with Elbow and needs no file.</summary>
    public bool IsBundled => Editions.Count == 0;
}

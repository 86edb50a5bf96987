using Elbow.Data.Formats;

namespace Elbow.Data;

/// <summary>The two small sets of faces.</summary>
public static class Faces
{
    // Neighbouring video frames look alike, so the rows are shuffled before they are split, and always in the same way.
    private const long FreyShuffleSeed = 777;

    /// <summary>One face on video.</summary>
    public static KnownSet Frey { get; } = new()
    {
        Kind = "frey-faces",
        Title = "Frey Faces",
        Folder = "frey-faces",
        Contents = "1965 video frames, 28 x 20, integers 0..255, no labels",
        Split = "1565 train, 200 validation (training when data.validation is 0), 200 test, after one fixed shuffle",
        Licence = "none stated; customary research use",
        Citation = "B. Frey, S. Roweis: Frey Face data set",
        Editions =
        [
            new KnownEdition("idx conversion, same bytes in video order",
                [new("frey_faces-images-idx3-ubyte.gz", 996676, "4dcc2b060e51264dbcab9dfe4493d2078dbda1950840089c90f13be4f9a47eb8")], [],
                paths =>
                {
                    var all = Idx.Open(paths[0], null, DataRange.Levels(256));
                    var order = Permutation.Of(all.Count, FreyShuffleSeed);
                    return new KnownParts(new Subset(all, order.AsSpan(0, 1765)), null, new Subset(all, order.AsSpan(1765)), 200);
                }),
        ],
    };

    /// <summary>Forty people, ten pictures each.</summary>
    public static KnownSet Olivetti { get; } = new()
    {
        Kind = "olivetti",
        Title = "Olivetti (AT&T, ORL) faces",
        Folder = "olivetti-faces",
        Contents = "400 images, 64 x 64, integers 0..255, 40 subjects",
        Split = "by data.validation and data.test, drawn with the seed",
        Licence = "no formal licence; please give credit to AT&T Laboratories Cambridge",
        Citation = "F. Samaria, A. Harter: Parameterisation of a stochastic model for human face identification, IEEE WACV 1994",
        Editions =
        [
            new KnownEdition("idx conversion of the 64 x 64 version of S. Roweis",
                [
                    new("olivetti_faces-images-idx3-ubyte.gz", 1412530, "5795d6a7c3203d5293a83b7e230ed525c830d04e1f83e6f868b7be88fe1010ec"),
                    new("olivetti_faces-subjects-idx1-ubyte.gz", 89, "93de941da6e4ad3b70caebc1bc8f472e68c37e22471a378be6d8245e2c091124"),
                ],
                [],
                paths =>
                {
                    var all = Idx.Open(paths[0], paths[1], DataRange.Levels(256));
                    return new KnownParts(new Relabelled(all, [all.Labels[0] with { Name = "subject" }]), null, null, 0);
                }),
        ],
    };
}

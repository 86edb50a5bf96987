using Elbow.Data.Formats;

namespace Elbow.Data;

/// <summary>CIFAR-10, the binary version.</summary>
public static class Cifar10
{
    private const long BatchBytes = 30730000;

    private static readonly KnownFile[] TrainingFiles =
    [
        new("data_batch_1.bin", BatchBytes, "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
        new("data_batch_2.bin", BatchBytes, "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
        new("data_batch_3.bin", BatchBytes, "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
        new("data_batch_4.bin", BatchBytes, "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
        new("data_batch_5.bin", BatchBytes, "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
    ];

    private static readonly KnownFile TestFile = new("test_batch.bin", BatchBytes,
        "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b");

    private static readonly KnownFile ReorderedTestFile =
        new("test_batch_roundrobin.bin", BatchBytes, "18cf04461dc65479d720ca1d4daf900d8c51f12f6d825013b71b6f578008cffb");

    private static readonly KnownDownload Archive = new(
        new KnownFile("cifar-10-binary.tar.gz", 170052171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),
        [new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")],
        [.. TrainingFiles, TestFile]);

    /// <summary>The set; a fifth of the training images present is validation.</summary>
    public static KnownSet Set { get; } = new()
    {
        Kind = "cifar10",
        Title = "CIFAR-10",
        Folder = "cifar-10",
        Contents = "60000 colour images, 3 x 32 x 32, integers 0..255, 10 classes",
        Split = "40000 train, the last 10000 training images validation (50000 and none when data.validation is 0), 10000 test; "
            + "with the first training file alone 8000, 2000 and 10000",
        Licence = "no formal licence; the authors ask for a citation",
        Citation = "A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images, technical report, University of Toronto, 2009",
        Editions =
        [
            new KnownEdition("all 50000 training images, official test file", [.. TrainingFiles, TestFile], [Archive], Open),
            new KnownEdition("10000 of 50000 training images (data_batch_1.bin), official test file", [TrainingFiles[0], TestFile], [],
                Open),
            new KnownEdition(
                "10000 of 50000 training images (data_batch_1.bin), all 10000 test images in another order (test_batch_roundrobin.bin)",
                [TrainingFiles[0], ReorderedTestFile], [], Open),
        ],
    };

    private static KnownParts Open(IReadOnlyList<string> paths)
    {
        var training = new Concatenated("cifar10", [.. paths.SkipLast(1).Select(CifarBinary.Open)]);
        return new KnownParts(training, null, CifarBinary.Open(paths[^1]), training.Count / 5);
    }
}

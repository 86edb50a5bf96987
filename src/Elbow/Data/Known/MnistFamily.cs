using Elbow.Data.Formats;

namespace Elbow.Data;

/// <summary>MNIST and the two sets that share its shape.</summary>
public static class MnistFamily
{
    private const int HeldOut = 10000;
    private const string Split = "50000 train, the last 10000 training images validation (60000 and none when data.validation is 0), 10000 test";

    private static readonly string[] FileNames =
        ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];

    private static readonly string[] Garments =
        ["t-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>Handwritten digits.</summary>
    public static KnownSet Mnist { get; } = new()
    {
        Kind = "mnist",
        Title = "MNIST database of handwritten digits",
        Folder = "mnist",
        Contents = "70000 images, 28 x 28, integers 0..255, 10 classes",
        Split = Split,
        Licence = "CC BY-SA 3.0 as commonly stated; the original page states none",
        Citation = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition, Proc. IEEE 86(11), 1998",
        Editions =
        [
            Idx4(
                ["https://storage.googleapis.com/cvdf-datasets/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/",
                "http://yann.lecun.com/exdb/mnist/"],
                null,
                (9912422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                (28881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                (1648877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                (4542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")),
        ],
    };

    /// <summary>Pieces of clothing.</summary>
    public static KnownSet FashionMnist { get; } = new()
    {
        Kind = "fashion-mnist",
        Title = "Fashion-MNIST",
        Folder = "fashion-mnist",
        Contents = "70000 images, 28 x 28, integers 0..255, 10 classes",
        Split = Split,
        Licence = "MIT, (c) 2017 Zalando SE",
        Citation = "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, arXiv:1708.07747, 2017",
        Editions =
        [
            Idx4(
                ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"],
                Garments,
                (26421880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                (29515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                (4422102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                (5148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
        ],
    };

    /// <summary>MNIST, binarised once by a Bernoulli draw.</summary>
    public static KnownSet BinarizedMnist { get; } = new()
    {
        Kind = "binarized-mnist",
        Title = "Static binarized MNIST",
        Folder = "binarized-mnist",
        Contents = "70000 images, 28 x 28, 0 or 1, no labels",
        Split = "50000 train, 10000 validation (training when data.validation is 0), 10000 test",
        Licence = "as MNIST",
        Citation = "R. Salakhutdinov, I. Murray: On the quantitative analysis of deep belief networks, ICML 2008; files by H. Larochelle",
        Editions = [ConvertedBinarized(), LarochelleBinarized()],
    };

    private static KnownEdition Idx4(string[] homes, string[]? classes, params (long Size, string Sha256)[] checks)
    {
        var files = FileNames.Zip(checks, (name, check) => new KnownFile(name, check.Size, check.Sha256)).ToArray();
        return new KnownEdition("the four official files", files,
            [.. files.Select(file => new KnownDownload(file, [.. homes.Select(home => new Uri(home + file.Name))], []))],
            paths => new KnownParts(Named(Idx.Open(paths[0], paths[1], DataRange.Levels(256)), classes), null,
                Named(Idx.Open(paths[2], paths[3], DataRange.Levels(256)), classes), HeldOut));
    }

    private static IDataset Named(IDataset data, string[]? classes) =>
        classes is null ? data : new Relabelled(data, [data.Labels[0] with { Classes = classes }]);

    private static KnownEdition ConvertedBinarized() => new(
        "idx conversion of one Bernoulli draw (checked against MNIST; that it is Larochelle's draw is stated by its origin, not proved)",
        [
            new("binarized_mnist_train-images-idx3-ubyte.gz", 1844294, "29c9b0e88796ccc980a814814e1c510c28ec9591af9ee53de6f5b6f5e7d19992"),
            new("binarized_mnist_valid-images-idx3-ubyte.gz", 368995, "28dbb7038b093a1a7b05d5924828d5d992d9b61b780d40321a83edbfbaeba525"),
            new("binarized_mnist_test-images-idx3-ubyte.gz", 349419, "2ec0710ee02fe07a3f8d2b6daec8e2aa068dced78b19a8cd6bc1cedf16247367"),
        ],
        [],
        paths => Three(path => Idx.Open(path, null, DataRange.Binary), paths));

    private static KnownEdition LarochelleBinarized()
    {
        KnownFile[] files =
        [
            new("binarized_mnist_train.amat", 78400000, "ad693b29f94c14277b095f5238ddefbbdaaae0939789dd2f4f0205278cee3e4d"),
            new("binarized_mnist_valid.amat", 15680000, "1de3d397c40fe8eeb33dafd4099a1f665ec01e96d9be234aaeeac8a34930e2e2"),
            new("binarized_mnist_test.amat", 15680000, "e6687bfea3f820c174f33b7865140b2a2dd2930ef786f35d45795fc193b5ab2c"),
        ];
        return new KnownEdition("Larochelle's text files", files,
            [.. files.Select(file => new KnownDownload(file,
                [new Uri("http://www.cs.toronto.edu/~larocheh/public/datasets/binarized_mnist/" + file.Name)], []))],
            paths => Three(Amat.Open, paths));
    }

    private static KnownParts Three(Func<string, IDataset> open, IReadOnlyList<string> paths) =>
        new(open(paths[0]), open(paths[1]), open(paths[2]), 0);
}

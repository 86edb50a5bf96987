using System.IO.Compression;
using Elbow.Cli.Tests.Support;
using Elbow.Data.Formats;

namespace Elbow.Cli.Tests;

/// <summary>Data that cannot be used: what the command says, and that no run folder is made.</summary>
public sealed class BadDataTests
{
    private static readonly BadInput[] Table =
    [
        Csv("missing file", null, "d.csv: no such file", "check the path"),
        Csv("empty file", "", "d.csv: is empty", "at least one row"),
        Csv("header only", "a,b\n", "is empty", "at least one row"),
        Csv("ragged row", "a,b\n1,2\n3\n", "line 3 has 1 fields, the first line has 2", "same number of fields"),
        Csv("text among numbers", "a,b\n1,2\n3,x\n", "line 3, column 2 (b) holds 'x'", "data.labelColumn"),
        Csv("missing value", "a,b\n1,2\n3,nan\n", "line 3, column 2 (b) has no value", "drop rows"),
        Csv("infinity", "a,b\n1,2\n3,inf\n", "holds 'inf', which is no finite number", "remove the column"),
        Csv("beyond float32", "a,b\n1,2\n3,1e40\n", "holds '1e40', which is no finite number", "remove the column"),
        Csv("binary file as csv", "\0\u0001\n\u0002\u0003\n", "d.csv: ", "column"),
        Csv("decimal comma", "a;b\n1;2\n3;1,5\n", "line 3, column 2 (b) holds '1,5'", "write numbers with a point"),
        Csv("more decimal commas than separators", "1,5;2,5\n3,5;4,5\n", "line 1, column 2 holds '5;2'", "write numbers with a point"),
        Csv("label column missing", Configs.Rows(), "has no column kind", "a, b, class", "data.labelColumn=kind"),
        Csv("one row for three splits", "a,b\n1,2\n", "1 rows are too few for 1 validation and 1 test rows", "set data.validation and data.test to 0"),
        Csv("grey into bernoulli", "a,b\n0.1,0.2\n0.3,0.4\n0.5,0.6\n", "the data are [0, 1], a Bernoulli likelihood explains only 0 and 1", "data.binarise", "model.likelihood.kind=bernoulli"),
        Csv("negative into continuous Bernoulli", Configs.Rows(), "explains only numbers from 0 to 1", "data.scale", "data.labelColumn=class", "model.likelihood.kind=continuousBernoulli"),
        Csv("held-out rows beyond the bounds of the training rows", Configs.Rows(), "held-out rows lie outside 0 to 1", "bounds that hold for all of it", "data.labelColumn=class", "data.scale=minMax", "model.likelihood.kind=continuousBernoulli"),
        Csv("values between the levels", "a,b\n0,0.1\n1,0.5\n0.2,0.7\n", "explains only 0, 1/255, ..., 1", "model.likelihood.levels", "model.likelihood.kind=discretisedLogistic"),
        Csv("vectors into a convolution", Configs.Rows(), "the data are vectors of 2 numbers", "model.encoder", "data.labelColumn=2", "model.encoder.kind=conv"),
        Csv("17 into 17 levels", string.Concat(Enumerable.Range(0, 40).Select(n => $"{n % 18},1\n")), "a Categorical likelihood with 17 levels explains only the integers 0 to 16", "model.likelihood.levels", "model.likelihood={\"kind\":\"categorical\",\"levels\":17}"),
        Array("idx: wrong magic", "idx", "xxxxxxxx"u8.ToArray(), "is no idx file", "data.kind"),
        Array("idx: truncated", "idx", [0, 0, 8, 2, 0, 0, 0, 5, 0, 0, 0, 5, 1, 2, 3], "has 15 bytes, but its header promises 37", "copy or download it again"),
        Array("idx: no rows", "idx", [0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 5], "its axes are 0 x 5", "at least one row"),
        Array("idx: half a header", "idx", [0, 0, 8, 3, 0, 0], "ends too early", "copy or download it again"),
        Array("npy: wrong magic", "npy", "xxxxxxxxxxxxxxxx"u8.ToArray(), "is no npy file", "data.kind"),
        Array("npy: truncated", "npy", NpyBytes()[..140], "its header promises", "copy or download it again"),
        Array("npy: NaN inside", "npy", NpyBytes(float.NaN), "row 1, column 0", "replace or drop such rows"),
        Array("npy: infinity inside", "npy", NpyBytes(float.PositiveInfinity), "no finite", "replace or drop such rows"),
        Array("npz: damaged", "npy", [.. "PK"u8, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8], "cannot be unpacked", "copy or download it again"),
        Array("npy: objects", "npy", [0x93, .. "NUMPY"u8, 1, 0, 56, 0, .. "{'descr': '|O', 'fortran_order': False, 'shape': (2,)} "u8, 10, 0, 0], "holds objects", "numpy.save"),
        Array("npy: no rows", "npy", [0x93, .. "NUMPY"u8, 1, 0, 58, 0, .. "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 5)}"u8, 10], "is empty or damaged: its axes are 0 x 5", "at least one row"),
        Array("cifar: half a record", "cifar", new byte[4000], "no whole number of CIFAR-10 records", "copy or download it again"),
        Array("cifar: class out of range", "cifar", [99, .. new byte[3072]], "claims class 99", "copy or download it again"),
        Array("labels of other data", "idx", [0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 1, 7, 8, 9], "its labels (class) have 2", "belongs to this data", at => at.Write("l.idx", [0, 0, 8, 1, 0, 0, 0, 2, 0, 1]), "data.labelColumn=l.idx"),
        Array("labels absent", "idx", [0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 1, 7, 8, 9], "l.idx: no such file", "check the path", _ => { }, "data.labelColumn=l.idx"),
        Array("gzip: truncated", "npy", Gzip(NpyBytes())[..60], "", "copy or download it again"),
        Array("gzip: damaged", "npy", [0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "", "copy or download it again"),
        Images("no folder", _ => { }, "no such folder", "data.path"),
        Images("empty folder", at => Directory.CreateDirectory(at.At("pictures")), "holds no .png", "data.path"),
        Images("damaged picture", at => at.Write("pictures/a.png", [0x89, .. "PNG\r\n\u001a\n"u8, 0, 0, 0, 13, .. "IHDR"u8, 0, 0]), "a.png: ", "file"),
        Images("text as a picture", at => at.Write("pictures/a.png", "hello"), "a.png: not a PNG", "replace this file"),
        new("known set absent", ["train", "c.json", "--set", "data.kind=mnist", "--set", "data.path=null"], ["mnist is not on this machine"], ["elbow data get mnist"]),
        new("known set damaged", ["train", "c.json", "--set", "data.kind=mnist", "--set", "data.path=null"], ["train-images-idx3-ubyte.gz has 4 bytes, the true file has 9912422"], ["elbow data get mnist"]) { Prepare = DamagedMnist },
        new("known set with other bytes", ["train", "c.json", "--set", "data.kind=olivetti", "--set", "data.path=null"], ["has sha256", "the true file has"], ["elbow data get olivetti"]) { Prepare = OtherOlivetti },
        new("verify damaged set", ["data", "verify", "mnist"], ["4 of 4 files are damaged"], ["elbow data get mnist"]) { Prepare = DamagedMnist },
        new("verify absent set", ["data", "verify", "mnist"], ["mnist is not on this machine"], ["elbow data get mnist"]),
        new("verify unknown set", ["data", "verify", "mnits"], ["no known data set 'mnits'"], ["fashion-mnist"]),
        new("get what nobody serves", ["data", "get", "frey-faces"], ["frey-faces has no public address"], ["frey_faces-images-idx3-ubyte.gz"]),
        new("describe nothing", ["data", "describe", "nowhere.csv"], ["neither a file or folder nor a known data set 'nowhere.csv'"], ["elbow data list"]),
        new("describe damaged", ["data", "describe", "d.npy"], ["its header promises"], ["copy or download"]) { Prepare = at => at.Write("d.npy", NpyBytes()[..140]) },
    ];

    public static TheoryData<string> Names => [.. Table.Select(row => row.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Data_Bad_IsExplainedAndNothingIsWritten(string name)
    {
        using var at = new Workspace();
        at.Write("c.json", Configs.Table);

        Table.Single(row => row.Name == name).Check(at);

        Assert.False(Directory.Exists(at.At("runs")));
    }

    private static BadInput Csv(string name, string? text, string what, string mend, params string[] sets) => new(name, Train(sets), [what], [mend])
    {
        Prepare = at =>
        {
            if (text is not null) at.Write("d.csv", text);
        },
    };

    private static BadInput Array(string name, string kind, byte[] bytes, string what, string mend, Action<Workspace>? prepare = null, params string[] sets) =>
        new(name, Train([$"data.kind={kind}", "data.path=d.bin", .. sets]), [what], [mend])
        {
            Prepare = at =>
            {
                at.Write("d.bin", bytes);
                prepare?.Invoke(at);
            },
        };

    private static BadInput Images(string name, Action<Workspace> prepare, string what, string mend) =>
        new($"images: {name}", Train("data.kind=images", "data.path=pictures"), [what], [mend]) { Prepare = prepare };

    private static string[] Train(params string[] sets) => ["train", "c.json", .. sets.SelectMany(set => new[] { "--set", set })];

    private static byte[] NpyBytes(float first = 1)
    {
        using var file = new MemoryStream();
        Npy.Write(file, [0, 1, first, 2, 3, 4, 5, 6, 7, 8], 5, 2);
        return file.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true)) gzip.Write(bytes);
        return packed.ToArray();
    }

    private static void DamagedMnist(Workspace at)
    {
        foreach (var file in new[] { "train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1" }) at.Write($"sets/mnist/{file}-ubyte.gz", "oops");
    }

    // The right sizes, the wrong bytes: only the checksum can tell.
    private static void OtherOlivetti(Workspace at)
    {
        at.Write("sets/olivetti-faces/olivetti_faces-images-idx3-ubyte.gz", new byte[1412530]);
        at.Write("sets/olivetti-faces/olivetti_faces-subjects-idx1-ubyte.gz", new byte[89]);
    }
}

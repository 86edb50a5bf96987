using System.Text.Json.Nodes;
using Elbow.Data;
using Elbow.Data.Formats;
using Elbow.Explorer;
using Elbow.Models;
using Elbow.Networks;
using Elbow.Tests.Data;
using Elbow.Torch;

namespace Elbow.Tests.Explorer;

/// <summary>A small model that nothing has trained, with data of its own, and the folder that is written of both.</summary>
internal sealed class Shown : IDisposable
{
    private readonly TemporaryFolder folder = new();

    internal Shown(ModelConfig parts, DataShape shape, int rows = 40, DataRange? range = null, Func<ExplorerSource, ExplorerSource>? change = null)
    {
        range ??= DataRange.Unit;
        var values = Tensor.Rand([rows, shape.Size], new Generator(2)).ToArray<float>();
        if (range.Kind == RangeKind.Levels) values = System.Array.ConvertAll(values, value => MathF.Floor(value * range.LevelCount));
        var label = new LabelColumn("class", [.. Enumerable.Range(0, rows).Select(n => n % 3)], ["a", "b", "c"]);
        Data = new ArrayDataset("some", shape, values, range, label);
        Model = LatentVariableModel.Create(parts, shape, new Init(new Generator(1), Device.Cpu), (0, 1),
            count => Tensor.Rand([count, shape.Size], new Generator(9)), _ => Tensor.Randn([100, parts.LatentDim], new Generator(4)));
        Model.SetTraining(false);
        Source = new ExplorerSource(Model, Device.Cpu, Data)
        {
            SplitName = "test", Checkpoint = "best", Step = 7, Likelihood = "any", Prior = "some prior", SamplingDensity = () => Model.Prior.Density(),
            PictureBounds = range.Kind == RangeKind.Real ? (-2, 2) : (range.Lower, range.Upper),
        };
        Source = change?.Invoke(Source) ?? Source;
    }

    internal IDataset Data { get; }

    internal LatentVariableModel Model { get; }

    internal ExplorerSource Source { get; }

    internal string Path => System.IO.Path.Combine(folder.Path, "explorer");

    internal JsonNode Json => JsonNode.Parse(Bytes("explorer.json"))!;

    internal string[] Warnings => [.. Json["warnings"]!.AsArray().Select(warning => warning!.GetValue<string>())];

    internal byte[] Bytes(string name) => File.ReadAllBytes(System.IO.Path.Combine(Path, name));

    internal bool Has(string name) => File.Exists(System.IO.Path.Combine(Path, name));

    internal NumberArray Array(string name) => NumberArray.Read(System.IO.Path.Combine(Path, name));

    internal double[] Numbers(string column) => [.. Column(column).Select(value => (double)value!.GetValue<float>())];

    internal JsonArray Column(string name) => Json["columns"]!.AsArray().Single(column => column!["name"]!.GetValue<string>() == name)!["values"]!.AsArray();

    /// <summary>Computes and writes.</summary>
    internal Shown Write(int rows = ExplorerFolder.MostRows)
    {
        ExplorerFolder.Of(Source, rows).Write(Path);
        return this;
    }

    /// <summary>Dense layers of six on both sides of L latents.</summary>
    internal static ModelConfig Parts(int L = 2) => new()
    {
        LatentDim = L, Encoder = new Mlp.Config { Hidden = [6] }, Decoder = new Mlp.Config { Hidden = [6] }, Likelihood = new BernoulliLikelihood.Config(),
    };

    public void Dispose()
    {
        Model.Dispose();
        folder.Dispose();
    }
}

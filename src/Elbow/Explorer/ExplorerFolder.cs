using System.Text;
using System.Text.Json.Nodes;
using Elbow.Data.Formats;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Experiments.Storage;
using Elbow.Export;
using Elbow.Torch;

namespace Elbow.Explorer;

/// <summary>What the latent explorer shows of a trained model: a folder of arrays, graphs and one description (docs/studio.md).</summary>
/// <remarks>
/// <para>Shapes: K latents, those that the decoder sees; all but in hierarchies whose upper layers act through the lower ones.</para>
/// <para>What a model cannot give is left out, and <see cref="Warnings"/> says by name what and why; nothing of that is an error.</para>
/// </remarks>
public sealed class ExplorerFolder
{
    /// <summary>N at most: as many points as a browser moves at once.</summary>
    public const int MostRows = 5000;

    private const int Version = 1, PriorDraws = 2000;
    // A table of few columns can be coloured by each of them; of wider data the features say little one by one.
    private const int MostFeatures = 32;
    // Beyond it the axes take minutes and gigabytes, and nobody looks at the thousandth.
    private const int MostAxes = 1024;

    private readonly List<(string Name, Action<Stream> Write)> files = [];
    private readonly List<string> warnings = [];

    private ExplorerFolder()
    {
    }

    /// <summary>The names of the files.</summary>
    public IReadOnlyList<string> Files => [.. files.Select(file => file.Name)];

    /// <summary>What is left out, and why.</summary>
    public IReadOnlyList<string> Warnings => warnings;

    /// <summary>N: rows shown.</summary>
    public int Rows { get; private init; }

    /// <summary>Regions where the prior has mass and no row has a code.</summary>
    public int Holes { get; private set; }

    /// <summary>Computes everything.</summary>
    /// <param name="source">The model and the data it is shown with.</param>
    /// <param name="rows">N at most.</param>
    public static ExplorerFolder Of(ExplorerSource source, int rows = MostRows)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, MostRows);
        using var frozen = Autograd.NoGrad();
        var shown = ExplorerRows.Of(source, rows);
        var folder = new ExplorerFolder { Rows = shown.Numbers.Length };
        folder.Fill(source, shown);
        return folder;
    }

    /// <summary>Writes the folder in one piece: a kill leaves the old one, or the new.</summary>
    /// <param name="path">The folder, replaced when it is there.</param>
    /// <exception cref="RunFailedException">The disk is full or broken; the old folder is intact.</exception>
    /// <exception cref="UserException">It must not be written.</exception>
    public void Write(string path) => Write(path, _ => { });

    /// <summary>The same; tests stop it before a file.</summary>
    internal void Write(string path, Action<string> before) => AtomicFolder.Replace(path, folder =>
    {
        foreach (var (name, write) in files)
        {
            before(name);
            using var file = File.Create(Path.Combine(folder, name));
            write(file);
        }
    });

    private void Fill(ExplorerSource source, ExplorerRows rows)
    {
        var (N, K, model) = (rows.Numbers.Length, source.Model.DecodedLatents, source.Model);
        if (K < model.LatentDim) warnings.Add($"latents: the first {K} of {model.LatentDim}, as the decoder sees no others");
        Array("mu.npy", rows.Mean, K);
        Array("z.npy", rows.Sample, K);
        if (rows.Images is { } images) Add("images.npy", stream => Npy.Write(stream, images, N, model.Data.Height, model.Data.Width, model.Data.Channels));
        if (Try("prior.npy", () => Draws(source, K)) is { } draws) Array("prior.npy", draws, K);
        var decoder = Graph("decoder.onnx", () => OnnxExport.Decoder(model, source.Device, source.Metadata, K));
        var encoder = Graph("encoder.onnx", () => OnnxExport.Encoder(model, source.Device, source.Metadata));
        var axes = Try("principal axes", () => K <= MostAxes ? PrincipalAxes.Of(Finite(rows.Mean), K) : throw new NotSupportedException($"{K} latents are more than {MostAxes}"));
        var holes = Try("holes", () => ExplorerHoles.Of(source, rows)) ?? [];
        Holes = holes.Count;
        var description = new JsonObject
        {
            ["version"] = Version,
            ["checkpoint"] = source.Checkpoint,
            ["step"] = source.Step,
            ["split"] = source.SplitName,
            ["latentDim"] = K,
            ["rows"] = N,
            ["columns"] = ExplorerJson.Columns(rows.Labels, Numbers(source, rows)),
            ["image"] = rows.Images is null ? null : Image(source),
            ["features"] = model.Data.Size,
            ["featureNames"] = source.Split.Columns.Count == model.Data.Size ? ExplorerJson.Texts(source.Split.Columns) : null,
            ["likelihood"] = source.Likelihood,
            ["mean"] = decoder ? "mean" : null,
            ["decoder"] = decoder,
            ["encoder"] = encoder,
            ["principal"] = axes is null ? null : new JsonObject
            {
                ["centre"] = ExplorerJson.Numbers(axes.Centre), ["axes"] = ExplorerJson.Matrix(axes.Axes, K), ["variances"] = ExplorerJson.Numbers(axes.Variances),
            },
            ["holes"] = holes,
            ["prior"] = source.Prior,
            ["warnings"] = ExplorerJson.Texts(warnings),
        };
        Add("explorer.json", stream => stream.Write(Encoding.UTF8.GetBytes(description.ToJsonString(ElbowJson.Line) + "\n")));
    }

    private static JsonObject Image(ExplorerSource source) => new()
    {
        ["height"] = source.Model.Data.Height, ["width"] = source.Model.Data.Width, ["channels"] = source.Model.Data.Channels,
        ["low"] = source.PictureBounds.Low, ["high"] = source.PictureBounds.High,
    };

    private static IEnumerable<(string, IEnumerable<double>)> Numbers(ExplorerSource source, ExplorerRows rows)
    {
        foreach (var (name, values) in rows.Scores) yield return (name, values);
        foreach (var (name, values) in source.Scores.Where(score => !rows.Scores.ContainsKey(score.Key))) yield return (name, rows.Numbers.Select(row => values[row]));
        yield return ("row", rows.Numbers.Select(row => (double)row));
        if (!source.Split.Shape.IsVector || source.Split.Shape.Size > MostFeatures) yield break;
        var (D, names) = (source.Split.Shape.Size, source.Split.Columns);
        var values_ = new float[rows.Numbers.Length * D];
        source.Split.AtEpoch(0).Read(rows.Numbers, values_);
        for (var column = 0; column < D; column++)
        {
            var j = column;
            yield return (names.Count == D ? names[j] : $"x{j}", Enumerable.Range(0, rows.Numbers.Length).Select(n => (double)values_[n * D + j]));
        }
    }

    private static float[] Draws(ExplorerSource source, int K)
    {
        using var scope = TensorScope.Open();
        using var generator = new Generator(source.Seed + 1, source.Device);
        return Finite(source.SamplingDensity().Sample(generator, PriorDraws).Narrow(-1, 0, K).To(DType.Float32).Contiguous().ToArray<float>());
    }

    private static float[] Finite(float[] values) => System.Array.TrueForAll(values, float.IsFinite) ? values : throw new ArithmeticException("latents are not finite");

    // Every part stands for itself: what one model cannot give must not take the rest away.
    private T? Try<T>(string what, Func<T> compute) where T : class
    {
        try
        {
            return compute();
        }
        catch (Exception error) when (error is NotSupportedException or ArgumentException or ArithmeticException or InvalidOperationException or RunFailedException or TorchException)
        {
            warnings.Add($"no {what}: {error.Message.ReplaceLineEndings(" ")}");
            return null;
        }
    }

    private bool Graph(string name, Func<byte[]> export)
    {
        if (Try(name, export) is not { } bytes) return false;
        Add(name, stream => stream.Write(bytes));
        return true;
    }

    private void Array(string name, float[] values, int width) => Add(name, stream => Npy.Write(stream, values, values.Length / width, width));

    private void Add(string name, Action<Stream> write) => files.Add((name, write));
}

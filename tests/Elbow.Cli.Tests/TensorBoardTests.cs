using System.Diagnostics;
using System.Text.Json.Nodes;
using Elbow.Cli.Tests.Support;

namespace Elbow.Cli.Tests;

/// <summary>
/// What other programs find in the event files of a run: everything that its events.jsonl has, and nothing else. TensorBoard itself is in none of
/// the package archives that tests may use; <c>parse.py</c> reads with Google's parser and another project's checksum, <c>read.py</c> with
/// Python's standard library alone.
/// </summary>
public sealed class TensorBoardTests(TrainedRun trained)
{
    private const int NoLibrary = 3;

    private JsonNode[] Events { get; } = [.. File.ReadLines(Path.Combine(trained.Path, "events.jsonl")).Select(line => JsonNode.Parse(line)!)];

    [Theory]
    [InlineData("read.py")]
    [InlineData("parse.py")]
    public void Scalars_OfARun_AreThoseOfItsEvents(string reader)
    {
        var wanted = new Dictionary<string, (int, float)[]>();
        foreach (var (split, terms) in Of("epochCompleted").First()["splits"]!.AsObject())
        {
            foreach (var (term, _) in terms!.AsObject())
                wanted[$"{split}/{term}"] = [.. Of("epochCompleted").Select(e => (Step(e), Number(e["splits"]![split]![term]!["mean"]!)))];
        }
        foreach (var name in new[] { "learningRate", "examplesPerSecond" }) wanted[$"progress/{name}"] = [.. Of("epochCompleted").Select(e => (Step(e), Number(e[name]!)))];
        foreach (var (name, _) in Of("diagnostics").First()["values"]!.AsObject())
            wanted[$"diagnostics/validation/{name}"] = [.. Of("diagnostics").Select(e => (Step(e), Number(e["values"]![name]!["mean"]!)))];
        foreach (var (term, _) in Of("stepLogged").FirstOrDefault()?["terms"]?.AsObject() ?? []) wanted[$"step/{term}"] = [.. Of("stepLogged").Select(e => (Step(e), Number(e["terms"]![term]!)))];

        var scalars = Read(reader)["scalars"]!.AsObject();

        Assert.Equal(wanted.Keys.Order(), scalars.Select(scalar => scalar.Key).Order());
        Assert.All(wanted, scalar => Assert.Equal(scalar.Value, scalars[scalar.Key]!.AsArray().Select(point => (Step(point!), (float)(double)point![1]!))));
        Assert.True(wanted.Count > 15 && wanted["validation/kl"].Length == 2, "the events have fewer terms than an ELBO and its anatomy");
    }

    [Theory]
    [InlineData("read.py")]
    [InlineData("parse.py")]
    public void Pictures_OfARun_HaveTheSizeOfTheirFiles(string reader)
    {
        var images = Read(reader)["images"]!.AsObject();

        var saved = Of("sampleSaved").ToLookup(e => Path.GetDirectoryName((string)e["path"]!)!);
        Assert.Equal(["recon", "samples"], saved.Select(kind => kind.Key).Order());
        Assert.Equal(saved.Select(kind => kind.Key).Order(), images.Select(image => image.Key).Order());
        Assert.All(saved, kind => Assert.Equal(kind.Select(e => (Step(e), Size(Path.Combine(trained.Path, (string)e["path"]!)))), images[kind.Key]!.AsArray().Select(at => (Step(at!), ((int)at![1]!, (int)at[2]!)))));
    }

    [Theory]
    [InlineData("read.py")]
    [InlineData("parse.py")]
    public void Histograms_OfARun_HaveTheNumbersOfTheirSeries(string reader)
    {
        var histograms = Read(reader)["histograms"]!.AsObject();

        var series = Of("diagnostics").First()["series"]!.AsObject().Select(each => each.Key).ToArray();
        Assert.Contains("kl", series);
        Assert.Equal(series.Select(name => $"diagnostics/validation/{name}").Order(), histograms.Select(histogram => histogram.Key).Order());
        foreach (var name in series)
        {
            foreach (var (e, histogram) in Of("diagnostics").Zip(histograms[$"diagnostics/validation/{name}"]!.AsArray()))
            {
                double[] values = [.. e["series"]![name]!.AsArray().Select(value => (double)value!)];
                Assert.Equal((Step(e), values.Length), (Step(histogram!), (int)(double)histogram![1]!));
                if (histogram.AsArray().Count == 2) continue;
                double[] numbers = [values.Sum(), values.Sum(value => value * value), values.Min(), values.Max()];
                Assert.All(numbers.Zip(histogram.AsArray().Skip(2)), pair => Assert.Equal(pair.First, (double)pair.Second!, 9));
            }
        }
    }

    [Theory]
    [InlineData("read.py")]
    [InlineData("parse.py")]
    public void Readers_FileWithOneWrongBit_Complain(string reader)
    {
        using var at = new Workspace();
        var bytes = File.ReadAllBytes(Files().First());
        bytes[bytes.Length / 2] ^= 4;

        var (exitCode, _, errors) = Run(reader, at.Write("events.out.tfevents.1", bytes));

        Assert.SkipWhen(exitCode == NoLibrary, errors);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("not as TensorBoard needs it", errors);
    }

    private JsonNode Read(string reader)
    {
        var (exitCode, output, errors) = Run(reader, Files());
        Assert.SkipWhen(exitCode == NoLibrary, $"{errors.Trim()}: ./elbow test installs python3-protobuf and python3-crc32c where it may");
        Assert.True(exitCode == 0, errors);
        return JsonNode.Parse(output)!;
    }

    private static (int ExitCode, string Output, string Errors) Run(string reader, params string[] files)
    {
        const string program = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(program), "needs python3");
        using var python = Process.Start(new ProcessStartInfo(program, [Path.Combine(Repository.Root, "tests", "golden", "tensorboard", reader), .. files]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = python.StandardError.ReadToEndAsync();
        var output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        return (python.ExitCode, output, errors.Result);
    }

    private string[] Files() => Directory.GetFiles(Path.Combine(trained.Path, "tensorboard"));

    private IEnumerable<JsonNode> Of(string kind) => Events.Where(e => (string)e["kind"]! == kind);

    private static int Step(JsonNode at) => (int)(at as JsonObject is { } e ? e["step"]! : at[0]!);

    private static float Number(JsonNode value) => (float)(value.GetValueKind() == System.Text.Json.JsonValueKind.String ? double.Parse((string)value!) : (double)value);

    // Bytes 16 to 23 of a PNG.
    private static (int Width, int Height) Size(string png) =>
        (System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(File.ReadAllBytes(png).AsSpan(16)), System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(File.ReadAllBytes(png).AsSpan(20)));
}

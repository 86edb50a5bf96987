using System.CommandLine;
using System.Text.Json.Nodes;
using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow metric NAME REAL FAKE</c></summary>
internal static class MetricCommand
{
    internal static Command Create()
    {
        var names = string.Join(", ", MetricCatalogue.All.Select(metric => metric.Name));
        var name = new Argument<string>("metric") { Description = $"one or more of {names}, with commas between", HelpName = "METRIC" };
        var real = new Argument<string>("real") { Description = "what is to be matched: npy or npz (rows x features, or pictures), a folder of pictures, idx, CSV", HelpName = "REAL" };
        var fake = new Argument<string>("fake") { Description = "what should match it", HelpName = "FAKE" };
        var k = new Option<int>("--k") { Description = "prdc: neighbours that span a neighbourhood", DefaultValueFactory = _ => 5, HelpName = "K" };
        var shrink = new Option<bool>("--shrink") { Description = "fid: shrink the covariances (Ledoit-Wolf), for fewer rows than twice the features" };
        var seed = new Option<ulong>("--seed") { Description = "seed of subsets, directions and clusterings", DefaultValueFactory = _ => 1, HelpName = "N" };
        var values = new Option<string?>("--values") { Description = "the values that are black and white; default 0:255 for bytes, else the narrowest of 0:1, -1:1 and 0:255 that holds both sets", HelpName = "LOW:HIGH" };
        var imageSize = new Option<int?>("--image-size") { Description = "folders: side of the square to which pictures are cropped and resized", HelpName = "N" };
        var extractor = new ExtractorOptions(["raw", "random-conv"], "raw for features, random-conv for pictures");
        var (json, csv) = (Output.Json(), Output.Csv());
        var command = new Command("metric", "how far one set of examples is from another: FID, KID, precision and recall, MMD, Wasserstein, sharpness") { name, real, fake, k, shrink, seed };
        extractor.AddTo(command);
        foreach (var option in new Option[] { values, imageSize, json, csv }) command.Add(option);
        command.SetAction(parsed =>
        {
            var metrics = MetricReport.Chosen(parsed.GetRequiredValue(name));
            var told = ExtractorOptions.Pair("--values", parsed.GetValue(values));
            var (first, second) = (ExampleSet.Open(parsed.GetRequiredValue(real), parsed.GetValue(imageSize)), ExampleSet.Open(parsed.GetRequiredValue(fake), parsed.GetValue(imageSize)));
            MustAgree(first, second);
            var format = ExampleSet.Format(first, second, told);
            var options = new MetricOptions { K = parsed.GetRequiredValue(k), Shrink = parsed.GetValue(shrink), Seed = parsed.GetRequiredValue(seed) };
            var features = metrics.All(metric => metric.OfPictures) ? null : extractor.Create(parsed, format, format.Shape.IsVector ? "raw" : "random-conv");
            using var disposable = features as IDisposable;
            var results = Measure(metrics, first, second, format, features, options);
            var report = new JsonObject { ["real"] = Json(first), ["fake"] = Json(second), ["extractor"] = MetricReport.Json(features), ["metrics"] = MetricReport.Json(results) };
            Output.Write(parsed.GetValue(json), report, parsed.GetValue(csv), report["metrics"]!.AsObject().SelectMany(metric => CsvTable.Estimates(metric.Value!["values"]!.AsObject(), ("metric", metric.Key))), () => Print(first, second, format, features, results));
            return Boundary.Success;
        });
        return command;
    }

    private static List<MetricResult> Measure(IReadOnlyList<IMetric> metrics, ExampleSet real, ExampleSet fake, PictureFormat format, IFeatureExtractor? extractor, MetricOptions options)
    {
        using var scope = TensorScope.Open();
        var (x, y) = (real.Rows, fake.Rows);
        var features = extractor is null ? default : (Real: Extract(extractor, x, "features of the real rows"), Fake: Extract(extractor, y, "features of the fake rows"));
        using var counter = new Counter("metrics", metrics.Count);
        var results = new List<MetricResult>();
        foreach (var metric in metrics)
        {
            results.Add(metric.OfPictures ? metric.Compare(Pictures(metric, format, x), Pictures(metric, format, y), options) : metric.Compare(features.Real, features.Fake, options));
            counter.Report(results.Count);
        }
        return results;
    }

    internal static Tensor Extract(IFeatureExtractor extractor, Tensor rows, string what)
    {
        using var counter = new Counter(what, rows.Shape[0]);
        return extractor.ExtractAll(rows, counter);
    }

    internal static Tensor Pictures(IMetric metric, PictureFormat format, Tensor rows) => format.Shape.IsVector
        ? throw new UserException($"{metric.Name} looks at pictures, the data are vectors of {format.Shape} numbers", "bring pictures: rows x height x width, or a folder")
        : format.ToUnit(rows);

    private static void MustAgree(ExampleSet real, ExampleSet fake)
    {
        if (real.Shape == fake.Shape) return;
        throw new UserException($"{real.Path} holds rows of {real.Shape}, {fake.Path} rows of {fake.Shape}", "compare sets of one shape; folders of pictures are resized by --image-size");
    }

    private static JsonObject Json(ExampleSet set) => new() { ["path"] = set.Path, ["rows"] = set.Count, ["shape"] = new JsonArray(set.Shape.Channels, set.Shape.Height, set.Shape.Width) };

    private static void Print(ExampleSet real, ExampleSet fake, PictureFormat format, IFeatureExtractor? extractor, IReadOnlyList<MetricResult> results)
    {
        Console.Out.WriteLine($"{fake.Path} ({fake.Count} rows) against {real.Path} ({real.Count} rows)");
        if (!format.Shape.IsVector) Console.Out.WriteLine($"pictures of {format.Shape}, black is {format.Low}, white {format.High}");
        if (extractor is not null) Console.Out.WriteLine(MetricReport.Words(extractor));
        Output.Table(["", "value", "se", "bias", "what"], results.SelectMany(result => result.Values).Select(value => (IReadOnlyList<string>)
            [value.Name, MetricReport.Number(value.Value, value.StandardError), MetricReport.Error(value.StandardError), $"{value.Bias}".ToLowerInvariant(), value.What]));
        foreach (var result in results.Where(result => result.RealCount != real.Count || result.FakeCount != fake.Count))
            Console.Out.WriteLine($"note: {result.Metric} used {result.RealCount} real and {result.FakeCount} fake rows");
    }
}

using System.CommandLine;
using System.Text.Json.Nodes;
using Elbow.Diagnostics;
using Elbow.Evaluation;
using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow anatomy RUN</c> and <c>elbow anatomy --mu mu.npy --logvar lv.npy</c>, or <c>--scale s.npy</c> for full covariances</summary>
internal static class AnatomyCommand
{
    private delegate void Writer(JsonObject report, string what, Anatomy anatomy, LatentMatch? match);

    internal static Command Create()
    {
        var run = new Argument<string?>("run") { Description = "run folder; none with --mu and --logvar", HelpName = "RUN", Arity = ArgumentArity.ZeroOrOne };
        var (split, checkpoint) = (RunArgument.Split(), RunArgument.Checkpoint());
        var mixture = new Option<string?>("--mixture") { Description = "split whose posteriors make up q(z): the split itself unless named here", HelpName = "SPLIT" };
        var mu = Npy("--mu", "posterior means, rows x latents");
        var logVar = Npy("--logvar", "logarithms of the posterior variances, rows x latents");
        var scale = Npy("--scale", "in place of --logvar, lower triangular factors of full covariances, rows x latents x latents");
        var asGiven = new Option<bool>("--logvar-as-given") { Description = "believe log-variances of which none is below 0" };
        var prior = new Option<string?>("--prior") { Description = "standard, or a JSON file with what model.prior holds in a configuration", HelpName = "standard|FILE" };
        var reconstruction = Npy("--reconstruction", "log p(x|z) of each row, nats");
        var sample = new Option<int>("--sample") { Description = $"points z at which q(z) is evaluated; 0: all rows up to {AnatomyOptions.ExactUpTo}, {AnatomyOptions.PointsBeyond} of more", DefaultValueFactory = _ => 0, HelpName = "M" }.Between(0, 100_000_000);
        var seed = new Option<long>("--seed") { Description = "seed of the points", DefaultValueFactory = _ => 1, HelpName = "N" };
        var holes = new Option<int>("--holes") { Description = "draws from the prior and from q(z) with which holes are looked for; 0: neither holes nor tests of q(z) against p(z)", DefaultValueFactory = _ => new HoleOptions().Samples, HelpName = "M" }.Between(0, 1_000_000);
        var pictures = new Option<string?>("--hole-pictures") { Description = "PNG file: the decoded centres of the largest holes", HelpName = "FILE" };
        var (json, csv) = (Output.Json(), Output.Csv());
        var command = new Command("anatomy", "the ELBO taken apart: entropies, information, total correlation, six ways to write it, latent by latent")
        {
            run, split, checkpoint, mixture, mu, logVar, scale, asGiven, prior, reconstruction, sample, seed, holes, pictures, json, csv,
        };
        Option[] ofArrays = [mu, logVar, scale, asGiven, prior, reconstruction], ofRuns = [split, checkpoint, mixture, pictures];
        command.SetAction(parsed =>
        {
            var folder = parsed.GetValue(run);
            foreach (var option in folder is null ? ofRuns : ofArrays) MustNotBeGiven(parsed, option, folder is null);
            using var interruption = new Interruption();
            var options = new AnatomyOptions
            {
                Points = parsed.GetValue(sample) is > 0 and var points ? points : null,
                Seed = parsed.GetRequiredValue(seed),
                Pairwise = new PairwiseOptions { Cancellation = interruption.Token },
            };
            var search = HoleSearch(parsed.GetValue(holes), options.Seed);
            Writer write = (report, what, anatomy, match) => Output.Write(parsed.GetValue(json), report, parsed.GetValue(csv), AnatomyReport.Rows(report), () => AnatomyTable.Print(what, anatomy, match));
            if (folder is null) OfArrays(Posteriors(parsed.GetValue(mu), parsed.GetValue(logVar), parsed.GetValue(scale), parsed.GetValue(asGiven)), Path.GetFileName(parsed.GetValue(mu))!, parsed.GetValue(prior), parsed.GetValue(reconstruction), options, search, write);
            else OfRun(folder, parsed.GetValue(checkpoint), parsed.GetRequiredValue(split), parsed.GetValue(mixture), options, search, HoleSheet(parsed.GetValue(pictures), search), write);
            return Boundary.Success;
        });
        return command;
    }

    private static void OfRun(string folder, string? checkpoint, string split, string? mixture, AnatomyOptions options, HoleOptions? search, OutFile? sheet, Writer write)
    {
        using var trained = TrainedModel.Open(folder, checkpoint);
        sheet?.MustFit(trained.Experiment.Model.Data);
        var data = Splits.Find(trained.Experiment.Data, split);
        var heldOut = mixture is null || mixture == split ? null : Splits.Find(trained.Experiment.Data, mixture);
        using var encoding = new Counter("encoding", data.Count);
        using var pairs = new Counter("comparing", options.PointsOf(data.Count));
        var anatomy = SplitAnatomy.Run(trained, data, options with { Pairwise = options.Pairwise with { Progress = pairs } }, heldOut, encoding);
        pairs.Dispose();
        var match = search is null ? null : Counted(search, options, told => LatentMatch.Of(trained, heldOut ?? data, search, told));
        if (sheet is not null) Draw(sheet, trained, match!.Holes);
        var report = Store(trained, split, mixture, anatomy, match);
        write(report, $"{trained.Folder.Name}, checkpoint {trained.Checkpoint}, {split} split", anatomy, match);
    }

    private static void OfArrays(AggregatePosterior posteriors, string name, string? prior, string? reconstruction, AnatomyOptions options, HoleOptions? search, Writer write)
    {
        var p = ArrayPosteriors.Prior(prior, posteriors.LatentDim);
        if (reconstruction is not null)
        {
            var logPx = ArrayPosteriors.LogLikelihoods(reconstruction, posteriors.Count);
            options = options with { Reconstruction = (codes, _) => ([.. codes.Select(code => logPx[code])], null) };
        }
        using var pairs = new Counter("comparing", options.PointsOf(posteriors.Count));
        var anatomy = Anatomy.Of(posteriors, p, options with { Pairwise = options.Pairwise with { Progress = pairs } });
        pairs.Dispose();
        var match = search is null ? null : Counted(search, options, told => LatentMatch.Of(posteriors, p, search, told));
        var report = new JsonObject();
        AnatomyReport.AddTo(report, anatomy, match);
        write(report, $"{name}, prior {p.Name}", anatomy, match);
    }

    private static LatentMatch Counted(HoleOptions search, AnatomyOptions options, Func<PairwiseOptions, LatentMatch> match)
    {
        using var points = new Counter("looking for holes", search.Points);
        return match(options.Pairwise with { Progress = points });
    }

    private static AggregatePosterior Posteriors(string? mu, string? logVar, string? scale, bool asGiven)
    {
        const string Usage = "elbow anatomy RUN, elbow anatomy --mu mu.npy --logvar lv.npy, or with full covariances --mu mu.npy --scale s.npy";
        if (mu is null && logVar is null && scale is null) throw new UserException("name a run, or posteriors", Usage);
        if (mu is null) throw new UserException("--mu is missing", Usage);
        if (logVar is null && scale is null) throw new UserException("--logvar is missing", Usage);
        if (scale is null) return ArrayPosteriors.Read(mu, logVar!, asGiven);
        if (logVar is not null || asGiven) throw new UserException("--scale holds the variances, and --logvar or --logvar-as-given says something of them too", "leave out one of the two");
        return ArrayPosteriors.ReadFull(mu, scale);
    }

    private static HoleOptions? HoleSearch(int samples, long seed) => samples switch
    {
        0 => null,
        < HoleOptions.LeastSamples => throw new UserException($"--holes {samples}: so few draws find nothing", $"use {HoleOptions.LeastSamples} or more, or 0 to leave it out"),
        _ => new HoleOptions { Samples = samples, Seed = seed },
    };

    private static OutFile? HoleSheet(string? path, HoleOptions? search)
    {
        if (path is null) return null;
        if (search is null) throw new UserException("--hole-pictures draws holes, and --holes 0 looks for none", "leave out one of the two");
        var file = OutFile.Of(path);
        return file.Kind == "png" ? file : throw new UserException($"--hole-pictures {path} is no .png", "choose this ending");
    }

    private static void Draw(OutFile sheet, TrainedModel trained, HoleReport holes)
    {
        if (holes.Regions.Count == 0)
        {
            Console.Error.WriteLine($"no holes: {sheet.Path} is not written");
            return;
        }
        var (low, high) = trained.Experiment.PictureBounds;
        var x = trained.Arrays.Decode([.. holes.Regions.SelectMany(hole => hole.Centre).Select(value => (float)value)]);
        sheet.Png(ImageGrid.Png(x, trained.Experiment.Model.Data, holes.Regions.Count, low, high));
    }

    /// <summary>Adds what was measured to the run's <c>metrics.json</c>, and gives it as it stands there.</summary>
    internal static JsonObject Store(TrainedModel trained, string split, string? mixture, Anatomy anatomy, LatentMatch? match)
    {
        var report = new JsonObject { ["run"] = trained.Folder.Name, ["split"] = split, ["dataSha256"] = trained.Experiment.Data.Sha256 };
        AnatomyReport.AddTo(report, anatomy, match);
        var entry = new MetricsEntry("anatomy", split, trained.Experiment.Data.Sha256, mixture is null ? "mixture of all posteriors of the split" : $"mixture of all posteriors of the {mixture} split",
            new Dictionary<string, long> { ["examples"] = anatomy.Examples, ["mixture"] = anatomy.MixtureSize, ["points"] = anatomy.Points },
            trained.Checkpoint, TimeProvider.System.GetUtcNow(), (JsonObject)report.DeepClone(), trained.Step);
        new MetricsFile(trained.Folder.MetricsPath, TimeProvider.System).Append(entry, warning => Console.Error.WriteLine($"warning: {warning}"));
        return report;
    }

    private static Option<string?> Npy(string name, string what) => new(name) { Description = $"npy file: {what}", HelpName = "FILE" };

    private static void MustNotBeGiven(ParseResult parsed, Option option, bool arrays)
    {
        if (parsed.GetResult(option) is not { Implicit: false }) return;
        throw arrays
            ? new UserException($"{option.Name} belongs to a run, and none is named", $"name the run, or leave out {option.Name}")
            : new UserException($"{option.Name} belongs to arrays, and a run is named", $"leave out {option.Name}: a run has its own posteriors, prior and decoder");
    }
}

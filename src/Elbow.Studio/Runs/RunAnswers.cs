using Elbow.Studio.Logs;

namespace Elbow.Studio.Runs;

/// <summary>What is answered about one run: the same for the server and the report.</summary>
internal static class RunAnswers
{
    private const int MostLatentEpochs = 200, MostAnatomyEpochs = 500, MostCurves = 1000;
    private const string AnatomyPrefix = "anatomy/";

    internal static Detail Detail(this StudioRun run)
    {
        run.Refresh();
        var (summary, documents) = (run.Summary, run.Documents);
        return run.Columns(columns => new Detail(
            summary.Of, summary.Metrics, documents.Config, documents.Environment, documents.Metrics, columns.Warnings, columns.Checkpoints, [.. columns.Pictures, .. Unlogged(columns.Pictures)], columns.Names,
            InsideRun.Find(run.Folder.Root, "explorer/explorer.json") is not null,
            $"elbow train {ShellWord.Quote(Shown(run.Folder.ConfigPath))}",
            columns.SkippedLines));

        // What a command drew after training is in no log.
        IEnumerable<PictureNote> Unlogged(IReadOnlyList<PictureNote> logged) =>
            InsideRun.Pictures(run.Folder.Root).Except(logged.Select(picture => picture.Path)).Select(path => new PictureNote(path.Split('/')[0], path, null, null));
    }

    /// <param name="run">The run.</param>
    /// <param name="names">Which curves, null for all; names that it has not are passed over.</param>
    /// <param name="points">At most so many of each.</param>
    internal static Dictionary<string, Curve> Curves(this StudioRun run, IReadOnlyCollection<string>? names, int points) => run.Columns(columns =>
        (names ?? columns.Names).Distinct().Take(MostCurves).Where(name => columns.Find(name) is not null).ToDictionary(name => name, name => columns.Find(name)!.Curve(points), StringComparer.Ordinal));

    internal static LatentSeries Latents(this StudioRun run) => run.Columns(columns =>
    {
        var all = columns.Latents;
        Look[] looks = [.. Downsampling.Even(all.Count, MostLatentEpochs).Select(i => all[i])];
        return new LatentSeries(
            [.. looks.Select(look => look.Epoch)], Series(look => look.Kl), Series(look => look.Entropy), Series(look => look.SecondMoment), Series(look => look.MomentGap), Series(look => look.Collapsed));

        // A quantity that the model has not is an empty list.
        double[][] Series(Func<Look, double[]> of) => looks.Any(look => of(look).Length > 0) ? [.. looks.Select(of)] : [];
    });

    internal static AnatomyCurves Anatomy(this StudioRun run) => run.Columns(columns =>
    {
        var rows = Downsampling.Even(columns.Looks.Rows, MostAnatomyEpochs);
        return new AnatomyCurves(
            [.. rows.Select(columns.Looks.Epoch)],
            columns.Names.Where(name => name.StartsWith(AnatomyPrefix, StringComparison.Ordinal)).ToDictionary(name => name[AnatomyPrefix.Length..], name =>
            {
                var (values, errors) = columns.Find(name)!.OfRows(rows);
                return new AnatomyCurve(values, errors);
            }, StringComparer.Ordinal));
    });

    private static string Shown(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path) is var relative && !relative.StartsWith("..", StringComparison.Ordinal) ? relative : path;
}

using System.Net;
using System.Text;
using Elbow.Diagnostics;
using Elbow.Experiments;
using Elbow.Training;

namespace Elbow.Cli;

/// <summary>The demo's result on one page that works offline: numbers with their errors, the learning curve, pictures.</summary>
internal static class DemoReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #222; --soft: #666; --line: #ddd; --paper: #fff; --a: #0072b2; --b: #d55e00 }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #a0a0a0; --line: #444; --paper: #181818; --a: #56b4e9; --b: #e69f00 } }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--paper) }
        h1 { margin-bottom: 0 } h2 { margin-top: 2.5rem } p.sub, td.what, figcaption, .soft { color: var(--soft) }
        table { border-collapse: collapse } td, th { padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line); text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
        td:first-child, th:first-child, td.what, th.what { text-align: left } td.what { white-space: normal }
        .two { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.5rem; align-items: start }
        figure { margin: 0 } img { max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line) } svg text { fill: var(--soft); font-size: 12px }
        """;

    internal static string Html(TrainedModel trained, SplitEvaluation result, Anatomy? anatomy, LatentMatch? match, IReadOnlyList<(string Title, string Path, byte[] Png)> pictures)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">")
            .Append($"<title>{Text(trained.Folder.Name)}</title><style>{Style}</style></head><body>")
            .Append("<h1>A VAE of handwritten digits</h1>")
            .Append($"<p class=\"sub\">{Text(trained.Folder.Name)} · checkpoint {Text(trained.Checkpoint)} · {result.N} test digits · nats per digit, ± one standard error</p>");
        Numbers(html, result);
        if (anatomy is not null) Apart(html, anatomy, match);
        html.Append("<h2>Pictures</h2><div class=\"two\">");
        foreach (var (title, _, png) in pictures)
            html.Append($"<figure><img alt=\"{Text(title)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"><figcaption>{Text(title)}</figcaption></figure>");
        html.Append("</div><h2>Learning</h2>").Append(Curve(trained.Folder))
            .Append($"<h2>Again</h2><p>The same numbers, bit for bit on the same machine: <code>./elbow train {Text(Path.Combine(TrainedShown(trained), "config.json"))}</code></p>")
            .Append($"<p class=\"soft\">Data: {Text(trained.Experiment.Data.Description)}; sha256 {trained.Experiment.Data.Sha256[..16]}…</p></body></html>\n");
        return html.ToString();
    }

    private static void Numbers(StringBuilder html, SplitEvaluation result)
    {
        html.Append("<h2>How good is it?</h2><table>");
        if (result is { Elbo: { } elbo, Nll: { } nll })
        {
            Row(html, "−log p(x)", nll, $"negative log-likelihood by {result.NllSamples} importance samples; too high in expectation, ever less so with more samples");
            Row(html, "−ELBO", elbo.Affine(-1), "upper bound on it");
            Row(html, "gap", new Estimate(-elbo.Value - nll.Value, double.NaN), "what the Gaussian posterior costs");
        }
        else
        {
            Row(html, "−log p(x|z)", result.Reconstruction.Affine(-1), "at the code");
        }
        html.Append("</table>");
        if (result.Note is { } note) html.Append($"<p class=\"soft\">{Text(note)}</p>");
    }

    private static void Apart(StringBuilder html, Anatomy anatomy, LatentMatch? match)
    {
        html.Append("<h2>The ELBO, written six ways</h2><table><tr><th>way</th><th class=\"what\">terms</th><th>sum</th></tr>");
        foreach (var row in anatomy.Decompositions)
        {
            var terms = row.Terms.Count == 0 ? "not for this model" : string.Join(" ", row.Terms.Select(term => $"{Text(term.Name)}&nbsp;<b>{term.Value.Value:+0.00;−0.00}</b> "));
            html.Append($"<tr><td>{Text(row.Name)}</td><td class=\"what\">{terms}</td><td>{(row.Sum is { } sum ? Text(sum.ToString()) : "")}</td></tr>");
        }
        html.Append($"</table><p class=\"soft\">One number, {anatomy.Points} points z, all {anatomy.MixtureSize} posteriors in q(z): the rows agree to the noise of one estimate. ")
            .Append("I(x;z) is what the codes tell of the digits, KL(q(z)‖p) how far all codes together are from the prior.</p><h2>The latents</h2>")
            .Append("<table><tr><th>latent</th><th>I(z_j;x)</th><th>KL</th><th>entropy</th><th></th></tr>");
        foreach (var latent in anatomy.PerLatent)
        {
            var state = latent.Collapsed is not { } collapsed ? "" : collapsed ? "collapsed" : "active";
            html.Append($"<tr><td>z{latent.Index}</td><td>{Shown(latent.MutualInformation)}</td><td>{(latent.Kl is { } kl ? Shown(kl) : "")}</td><td>{Shown(latent.Entropy)}</td><td class=\"what\">{state}</td></tr>");
        }
        html.Append("</table><p class=\"soft\">The prior's own entropy is 1.419 nats; a latent that stays at 1 or above carries almost nothing.</p>");
        if (match?.Holes is not { } holes) return;
        html.Append($"<p>Holes: {100 * holes.PriorMass.Value:F1} ± {100 * holes.PriorMass.StandardError:F1} % of the prior's mass lies where hardly any code is, in {holes.Count} regions; a perfect fit would show {100 * holes.NullBand.Low:F1} to {100 * holes.NullBand.High:F1} %.</p>");
    }

    private static string Shown(Quantity quantity) => Text(new Estimate(quantity.Value, quantity.StandardError).ToString());

    private static string Curve(RunFolder folder)
    {
        var epochs = EventLogReader.ReadAll(folder.EventsPath).Events.OfType<EpochCompleted>().ToList();
        var term = epochs.All(e => e.Splits["train"].ContainsKey("elbo")) ? "elbo" : "objective";
        double[] train = [.. epochs.Select(e => e.Splits["train"][term].Mean)];
        double[] validation = [.. epochs.Where(e => e.Splits.ContainsKey("validation")).Select(e => e.Splits["validation"][term].Mean)];
        if (train.Length < 2) return "<p class=\"soft\">Too few epochs for a curve.</p>";
        // The first epochs fall off the page; what matters is how it ends.
        var high = train.Concat(validation).Max();
        var low = train.Concat(validation).Order().ElementAt((train.Length + validation.Length) / 20);
        const double width = 900, height = 300, left = 60, bottom = 30;
        double X(int k, int n) => left + (width - left - 10) * k / (n - 1);
        double Y(double v) => 10 + (height - bottom - 10) * (1 - (Math.Max(v, low) - low) / (high - low));
        string Line(double[] v, string colour) => $"<polyline fill=\"none\" stroke=\"var({colour})\" stroke-width=\"2\" points=\"{string.Join(' ', v.Select((value, k) => $"{X(k, v.Length):F1},{Y(value):F1}"))}\"/>";
        var ticks = string.Concat(Enumerable.Range(0, 5).Select(k => low + (high - low) * k / 4)
            .Select(v => $"<line x1=\"{left}\" x2=\"{width - 10}\" y1=\"{Y(v):F1}\" y2=\"{Y(v):F1}\" stroke=\"var(--line)\"/><text x=\"{left - 8}\" y=\"{Y(v) + 4:F1}\" text-anchor=\"end\">{v:F1}</text>"));
        return $"<svg viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{Named(term)} by epoch\">{ticks}{Line(train, "--a")}{Line(validation, "--b")}"
            + $"<text x=\"{left}\" y=\"{height - 6}\">epoch 1</text><text x=\"{width - 10}\" y=\"{height - 6}\" text-anchor=\"end\">epoch {train.Length}</text></svg>"
            + $"<p class=\"soft\">{Named(term)} in nats: <span style=\"color:var(--a)\">training</span>, <span style=\"color:var(--b)\">validation</span>; values below the frame are drawn at its edge.</p>";
    }

    private static string Named(string term) => term == "elbo" ? "ELBO" : "Objective";

    private static void Row(StringBuilder html, string name, Estimate value, string what) =>
        html.Append($"<tr><td>{Text(name)}</td><td>{Text(value.ToString())}</td><td class=\"what\">{Text(what)}</td></tr>");

    private static string TrainedShown(TrainedModel trained) => Commands.TrainCommand.Shown(trained.Folder.Root);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}

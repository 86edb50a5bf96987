using Elbow.Data.Formats;
using Elbow.Diagnostics;
using Elbow.Experiments;
using Elbow.Experiments.Configuration;
using Elbow.Networks;
using Elbow.Priors;
using Elbow.Torch;

namespace Elbow.Cli;

/// <summary>Posteriors, priors and log-likelihoods from files, with every mistake named before any work is done.</summary>
internal static class ArrayPosteriors
{
    // Standard deviation over mean: draws have 16 digits, of which two are left to what is random in them.
    private const double Narrowest = 1e-14;

    /// <summary>Posteriors from means and log-variances.</summary>
    /// <param name="mu">Path of μ <c>(N, L)</c>.</param>
    /// <param name="logVar">Path of log τ² <c>(N, L)</c>.</param>
    /// <param name="asGiven">Whether log-variances that look like variances are believed.</param>
    /// <exception cref="UserException">A file cannot be used.</exception>
    internal static AggregatePosterior Read(string mu, string logVar, bool asGiven)
    {
        var (means, logVars) = (NumberMatrix.OpenReal(mu, 2), NumberMatrix.OpenReal(logVar, 2));
        if ((means.Rows, means.Columns) != (logVars.Rows, logVars.Columns))
            throw new UserException($"{mu} is {means.Rows} x {means.Columns}, {logVar} is {logVars.Rows} x {logVars.Columns}", "save means and log-variances of the same examples and latents");
        MustBeTwo(means);
        MustBeLogarithms(logVars, asGiven);
        var extreme = Array.FindIndex(logVars.Values, value => Math.Abs(value) > 600);
        if (extreme >= 0)
            throw new UserException($"{logVar}: row {extreme / logVars.Columns}, column {extreme % logVars.Columns} is {logVars.Values[extreme]:G4}, a standard deviation of {Math.Exp(0.5 * logVars.Values[extreme]):G2}", "check what was saved: log-variances are natural logarithms, usually between -20 and 2");
        var narrow = Enumerable.Range(0, logVars.Values.Length).FirstOrDefault(at => Math.Exp(0.5 * logVars.Values[at]) < Narrowest * Math.Abs(means.Values[at]), -1);
        if (narrow >= 0)
            throw new UserException(
                $"{logVar}: row {narrow / logVars.Columns}, column {narrow % logVars.Columns} is {logVars.Values[narrow]:G4}, a standard deviation that float64 does not tell from 0 beside a mean of {means.Values[narrow]:G4}",
                "an encoder without noise has no entropy to measure; of another save no less than the digits of the means allow: numpy.maximum(logvar, -46)");
        return AggregatePosterior.From(means.Values, logVars.Values, means.Columns);
    }

    /// <summary>Posteriors from means and lower triangular factors of their covariances.</summary>
    /// <param name="mu">Path of μ <c>(N, L)</c>.</param>
    /// <param name="scale">Path of S <c>(N, L, L)</c>.</param>
    /// <exception cref="UserException">A file cannot be used.</exception>
    internal static AggregatePosterior ReadFull(string mu, string scale)
    {
        var (means, scales) = (NumberMatrix.OpenReal(mu, 2), NumberMatrix.OpenReal(scale, 3));
        var L = means.Columns;
        if ((means.Rows, L) != (scales.Rows, scales.Side))
            throw new UserException($"{mu} is {means.Rows} x {L}, {scale} is {scales.Rows} x {scales.Side} x {scales.Side}", "save means and factors of the same examples and latents");
        MustBeTwo(means);
        for (var at = 0; at < scales.Values.Length; at++)
        {
            var (row, column, value) = (at / L % L, at % L, scales.Values[at]);
            if (column > row && value != 0)
                throw new UserException($"{scale}: {scales.Place(at)} is {value:G4}, above the diagonal: this is no lower triangular factor", "save the factor of each covariance: numpy.linalg.cholesky(cov)");
            if (column == row && !(value > 1e-130 && value < 1e130))
                throw new UserException($"{scale}: {scales.Place(at)} is {value:G4}, a diagonal of factors is positive", "save the factor of each covariance: numpy.linalg.cholesky(cov); of another factor s it is s * numpy.sign(numpy.diagonal(s, axis1=1, axis2=2))[:, None, :]");
        }
        for (var row = 0; row < means.Values.Length; row++)
        {
            var (own, size) = (scales.Values[row * L + row % L], Math.Abs(means.Values[row]));
            foreach (var value in scales.Values.AsSpan(row * L, L)) size = Math.Max(size, Math.Abs(value));
            if (own < Narrowest * size)
                throw new UserException(
                    $"{scale}: {scales.Place(row * L + row % L)} is {own:G4}, which float64 does not tell from 0 beside a mean or a row of the factor of {size:G4}: this covariance has no inverse",
                    "widen the covariances a little: numpy.linalg.cholesky(cov + 1e-10 * numpy.eye(cov.shape[-1]))");
        }
        return AggregatePosterior.FromFactors(means.Values, scales.Values, L);
    }

    /// <summary>log p(x|z), one for each example.</summary>
    /// <exception cref="UserException">The file cannot be used, or is of another length.</exception>
    internal static double[] LogLikelihoods(string path, int N)
    {
        var values = NumberMatrix.OpenReal(path, 1);
        return values.Rows == N ? values.Values : throw new UserException($"{path} has {values.Rows} numbers for {N} examples", "save one log p(x|z) in nats for each row of the means");
    }

    /// <summary>A prior by name or from a file that holds what model.prior holds in a configuration.</summary>
    /// <exception cref="UserException">The file cannot be used, or its prior needs a trained model.</exception>
    internal static LatentPrior Prior(string? prior, int L)
    {
        if (prior is null or "standard") return LatentPrior.Standard(L);
        if (!File.Exists(prior)) throw new UserException($"--prior {prior}: no such file", "use --prior standard, or a JSON file such as {\"kind\": \"normal\", \"mean\": [0], \"stds\": [1]}");
        var config = ConfigReader.Read<PriorConfig>(File.ReadAllText(prior), null, prior);
        MustBeComplete(config, prior);
        try
        {
            using var generator = new Generator(0);
            var built = config.Build(new PriorContext(L, new Init(generator, Device.Cpu, DType.Float64)));
            var name = config.GetType().DeclaringType!.Name;
            return LatentPrior.Of(char.ToLowerInvariant(name[0]) + name[1..], built.Density);
        }
        catch (ArgumentException error)
        {
            var what = error.Message.Replace("model.prior.", "", StringComparison.Ordinal);
            throw new UserException($"{prior}: {what}", $"the means have {L} latents: describe a prior over as many", error);
        }
    }

    private static void MustBeTwo(NumberMatrix means)
    {
        if (means.Rows < 2) throw new UserException($"{means.Path} has one row: nothing is left when it is left out of q(z)", "save the codes of at least 2 examples");
    }

    private static void MustBeComplete(PriorConfig config, string path)
    {
        if (config is StandardNormal.Config or GivenNormal.Config or GivenMixture.Config or LaplacePrior.Config or GumbelPrior.Config or LaplaceGumbel.Config or StudentTPrior.Config or SoftUniformPrior.Config or Banana.Config) return;
        throw new UserException(
            $"{path}: this kind of prior is learned or made from data, a file does not hold it",
            "use standardNormal, normal, mixture, laplace, gumbel, laplaceGumbel, studentT, uniformSoft or banana; for a learned prior take the run: elbow anatomy RUN");
    }

    // Encoders give log-variances mostly below 0; variances and standard deviations never are.
    private static void MustBeLogarithms(NumberMatrix logVars, bool asGiven)
    {
        var (least, most) = (logVars.Values.Min(), logVars.Values.Max());
        if (asGiven || least < 0 || most == 0) return;
        throw new UserException(
            $"{logVars.Path}: every number is from {least:G4} to {most:G4}, none below 0: these look like variances or standard deviations",
            "save their natural logarithm, numpy.log(var) or 2 * numpy.log(std); if they are log-variances, say --logvar-as-given");
    }
}

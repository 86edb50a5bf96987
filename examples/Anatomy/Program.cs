// The tables of docs/methods/anatomy.md: exact estimates against known answers, and what estimators from batches make of the same codes.
// Arguments: "known" or "known N L" (the first table), "batches" or "batches v" (posterior variance), "cost N L" or "cost N L points", "cost-full" for full covariances.
using System.Diagnostics;
using System.Globalization;
using Elbow.Diagnostics;
using Elbow.Distributions;
using Elbow.Objectives;
using Elbow.Torch;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
switch (args)
{
    case ["known", var n, var l]: Known(int.Parse(n), int.Parse(l)); break;
    case ["known"]: foreach (var n in new[] { 500, 5_000, 60_000 }) foreach (var l in new[] { 1, 2, 10, 40 }) Known(n, l); break;
    case ["batches"]: Batches(0.5); Batches(0.2); break;
    case ["batches", var v]: Batches(double.Parse(v, CultureInfo.InvariantCulture)); break;
    case ["cost" or "cost-full", var n, var l, ..]: Cost(int.Parse(n), int.Parse(l), args.Length > 3 ? int.Parse(args[3]) : null, args[0] == "cost-full"); break;
    default: Console.Error.WriteLine("say known, batches, cost N L or cost-full N L"); return 2;
}
return 0;

// Posteriors N(mu, v) whose means are N(0, (1 - v) C), C with 1 on the diagonal and rho elsewhere: q(z) = N(0, (1 - v) C + v I), everything known.
static (double[] Mean, double[] LogVar) Codes(int N, int L, double v, double rho, int seed)
{
    var random = new Random(seed);
    double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    var (mean, logVar) = (new double[N * L], new double[N * L]);
    for (var i = 0; i < N; i++)
    {
        var shared = Normal();
        for (var j = 0; j < L; j++)
        {
            mean[i * L + j] = Math.Sqrt(1 - v) * (Math.Sqrt(rho) * shared + Math.Sqrt(1 - rho) * Normal());
            logVar[i * L + j] = Math.Log(v);
        }
    }
    return (mean, logVar);
}

static void Known(int N, int L)
{
    const double v = 0.5, rho = 0.5;
    var (mean, logVar) = Codes(N, L, v, rho, 1);
    // Eigenvalues of the covariance: one of 1 + (L - 1) c, the others 1 - c, c = (1 - v) rho.
    var c = (1 - v) * rho;
    var logDet = Math.Log(1 + (L - 1) * c) + (L - 1) * Math.Log(1 - c);
    var (information, correlation) = (0.5 * (logDet - L * Math.Log(v)), -0.5 * logDet);
    // The exact sums over all pairs grow with N * N * L: beyond 10^10 they are taken at fewer points, the mixture stays whole.
    var points = (int)Math.Min(N, Math.Max(1000, 10_000_000_000 / ((long)N * L)));
    var anatomy = Anatomy.Of(AggregatePosterior.From(mean, logVar, L), LatentPrior.Standard(L), new AnatomyOptions { Points = points });
    var terms = anatomy.Terms;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {N} | {L} | {points} | {information:F3} | {Text(terms.MutualInformation)} | {correlation:F3} | {Text(terms.TotalCorrelation!)} | {correlation:F3} | {Text(terms.MarginalKl)} | 0 | {Text(terms.DimensionwiseKl!)} |"));
}

static string Text(Quantity q) => string.Create(CultureInfo.InvariantCulture, $"{q.Value:F3} ± {q.StandardError:F3} [{q.Lower:F2}, {q.Upper:F2}]");

// 10 independent latents, posterior variance v: I = -5 log v, 3.466 or 8.047, TC = 0, and every latent is N(0, 1).
static void Batches(double v)
{
    const int N = 60_000, L = 10;
    var (mean, logVar) = Codes(N, L, v, 0, 1);
    var exact = Anatomy.Of(AggregatePosterior.From(mean, logVar, L), LatentPrior.Standard(L), new AnatomyOptions { Points = 10_000 }).Terms;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {v} | exact, all {N} posteriors | | {Text(exact.MutualInformation)} | {Text(exact.TotalCorrelation!)} | {Text(exact.DimensionwiseKl!)} |"));
    using var scope = TensorScope.Open();
    var prior = Normal.FromLogVar(Tensor.Zeros([L], DType.Float64), Tensor.Zeros([L], DType.Float64));
    using var generator = new Generator(1);
    foreach (var B in new[] { 64, 256, 1024 })
    {
        Row("minibatch-weighted", B, like => BetaTcVae.LogWeights(BetaTcVae.Estimator.Weighted, B, N, like), generator);
        Row("minibatch-stratified", B, like => BetaTcVae.LogWeights(BetaTcVae.Estimator.Stratified, B, N, like), generator);
        Row("stratified, 1/N in column 0", B, like => Copied(B, N, like), generator);
    }
    using var another = new Generator(2);
    foreach (var B in new[] { 16, 64, 128, 512 }) Row("sums without weights", B, like => Tensor.Zeros([B, B], like.DType), another);

    void Row(string name, int B, Func<Tensor, Tensor> weights, Generator draws)
    {
        var (information, correlation, latents) = (new List<double>(), new List<double>(), new List<double>());
        for (var batch = 0; batch < 16; batch++)
        {
            using var one = TensorScope.Open();
            var rows = Enumerable.Range(batch * B, B).ToArray();
            var q = Normal.FromLogVar(Rows(mean, rows, L), Rows(logVar, rows, L));
            var z = q.Sample(draws);
            var parts = BetaTcVae.Parts(q, prior, z, weights(z));
            information.Add(parts.MutualInformation.Mean().ToDouble());
            correlation.Add(parts.TotalCorrelation.Mean().ToDouble());
            latents.Add(parts.DimensionKl.Mean().ToDouble());
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {v} | {name} | {B} | {information.Average():F2} | {correlation.Average():F2} | {latents.Average():F2} |"));
    }
}

static Tensor Rows(double[] values, int[] rows, int L) =>
    Tensor.From<double>([.. rows.SelectMany(row => values.AsSpan(row * L, L).ToArray())], [rows.Length, L]);

// As in the published code: a B x B matrix filled with 1/M, M = B - 1, whose flat view gets 1/N at every (M + 1)-th place. With M + 1 columns that
// is column 0, not the diagonal; the same for the other weight and column 1.
static Tensor Copied(int B, int N, Tensor like)
{
    var M = B - 1;
    var weights = new double[B * B];
    Array.Fill(weights, 1.0 / M);
    for (var k = 0; k < weights.Length; k += M + 1) weights[k] = 1.0 / N;
    for (var k = 1; k < weights.Length; k += M + 1) weights[k] = (N - M) / ((double)N * M);
    weights[M * B] = (N - M) / ((double)N * M);
    return Tensor.From(weights, [B, B]).Log().To(like.DType);
}

// Processor time, which other programs on the machine do not change much; wall time on two cores is half of it.
static void Cost(int N, int L, int? points, bool full)
{
    var (mean, logVar) = Codes(N, L, 0.5, 0, 1);
    using var process = Process.GetCurrentProcess();
    var aggregate = full ? AggregatePosterior.FromFactors(mean, Factors(N, L, 0.5), L) : AggregatePosterior.From(mean, logVar, L);
    var codes = Enumerable.Range(0, points ?? N).ToArray();
    var before = process.TotalProcessorTime;
    aggregate.AtOwnSamples(codes, 1);
    process.Refresh();
    var seconds = (process.TotalProcessorTime - before).TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"| {N} | {L} | {codes.Length} | {seconds:F1} | {seconds * 1e9 / ((double)N * L * codes.Length):F2} | {process.PeakWorkingSet64 / 1e6:F0} |"));
}

// Lower triangular factors whose rows have the length sqrt(v), as the marginals of Codes do, and lean at random.
static double[] Factors(int N, int L, double v)
{
    var random = new Random(2);
    var scale = new double[checked(N * L * L)];
    for (var row = 0; row < N * L; row++)
    {
        var (j, squares) = (row % L, 1.0);
        for (var k = 0; k < j; k++) squares += Math.Pow(scale[row * L + k] = 0.6 * random.NextDouble() - 0.3, 2);
        scale[row * L + j] = 1;
        for (var k = 0; k <= j; k++) scale[row * L + k] *= Math.Sqrt(v / squares);
    }
    return scale;
}

namespace Elbow.Evaluation;

/// <summary>Rows of codes along a path, for decoding: what changes in the data when one moves through latent space.</summary>
public static class LatentPath
{
    /// <summary>One latent after the other takes evenly spaced values while the others stay. → <c>(latents · steps, L)</c>.</summary>
    /// <param name="start">The code from which all rows start, L numbers.</param>
    /// <param name="latents">Which latents move, 0 … L − 1.</param>
    /// <param name="range">Values run from −range to range.</param>
    /// <param name="steps">Values for each latent, at least 2.</param>
    public static float[] Traverse(ReadOnlySpan<float> start, IReadOnlyList<int> latents, double range, int steps)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        var values = Enumerable.Range(0, steps).Select(step => Value(range, step, steps)).ToArray();
        return Traverse(start, latents, [.. latents.Select(_ => values)]);
    }

    /// <summary>One latent after the other takes given values while the others stay. → <c>(latents · steps, L)</c>.</summary>
    /// <param name="start">The code from which all rows start, L numbers.</param>
    /// <param name="latents">Which latents move, 0 … L − 1.</param>
    /// <param name="values">For each of them the values it takes, as many for all.</param>
    public static float[] Traverse(ReadOnlySpan<float> start, IReadOnlyList<int> latents, IReadOnlyList<float[]> values)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(values);
        var (L, steps) = (start.Length, values[0].Length);
        var path = new float[latents.Count * steps * L];
        for (var row = 0; row < latents.Count * steps; row++)
        {
            start.CopyTo(path.AsSpan(row * L, L));
            path[row * L + latents[row / steps]] = values[row / steps][row % steps];
        }
        return path;
    }

    /// <summary>Quantiles of one latent from 1 to 99 %, evenly spaced in probability, both ends included. → <c>(steps)</c>.</summary>
    /// <param name="codes">Draws of the latents, <c>(N, L)</c> row by row.</param>
    /// <param name="latentDim">L.</param>
    /// <param name="latent">Which one, 0 … L − 1.</param>
    /// <param name="steps">How many, at least 2.</param>
    public static float[] Quantiles(ReadOnlySpan<float> codes, int latentDim, int latent, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        var column = new float[codes.Length / latentDim];
        for (var n = 0; n < column.Length; n++) column[n] = codes[n * latentDim + latent];
        Array.Sort(column);
        return [.. Enumerable.Range(0, steps).Select(step =>
        {
            var place = (0.01 + 0.98 * step / (steps - 1)) * (column.Length - 1);
            var below = (int)place;
            return (float)(column[below] + (place - below) * (column[Math.Min(below + 1, column.Length - 1)] - column[below]));
        })];
    }

    /// <summary>The value of a latent at a step of <see cref="Traverse(ReadOnlySpan{float}, IReadOnlyList{int}, double, int)"/>.</summary>
    public static float Value(double range, int step, int steps) => (float)(range * (2.0 * step / (steps - 1) - 1));

    /// <summary>The straight line, both ends included. → <c>(steps, L)</c>.</summary>
    public static float[] Line(ReadOnlySpan<float> from, ReadOnlySpan<float> to, int steps) => Mix(from, to, steps, t => (1 - t, t));

    /// <summary>
    /// The arc of a great circle, both ends included: for directions that matter more than lengths, as under N(0, I) in many dimensions,
    /// where the middle of a straight line is closer to the origin than any draw. → <c>(steps, L)</c>.
    /// </summary>
    /// <remarks>
    /// <para><b>Equation:</b> z(t) = sin((1−t)Ω)/sin Ω · a + sin(tΩ)/sin Ω · b, with Ω the angle between a and b.</para>
    /// <para><b>Special cases:</b> parallel, opposite or zero codes have no one arc; the straight line is taken.</para>
    /// <para><b>Source:</b> Shoemake, Animating rotation with quaternion curves, SIGGRAPH 1985; White 2016, arXiv 1609.04468.</para>
    /// </remarks>
    public static float[] Arc(ReadOnlySpan<float> from, ReadOnlySpan<float> to, int steps)
    {
        var (dot, a, b) = (0.0, 0.0, 0.0);
        for (var j = 0; j < from.Length; j++) (dot, a, b) = (dot + (double)from[j] * to[j], a + (double)from[j] * from[j], b + (double)to[j] * to[j]);
        var cosine = a * b > 0 ? dot / Math.Sqrt(a * b) : 1;
        if (Math.Abs(cosine) > 1 - 1e-9) return Line(from, to, steps);
        var angle = Math.Acos(cosine);
        return Mix(from, to, steps, t => (Math.Sin((1 - t) * angle) / Math.Sin(angle), Math.Sin(t * angle) / Math.Sin(angle)));
    }

    private static float[] Mix(ReadOnlySpan<float> from, ReadOnlySpan<float> to, int steps, Func<double, (double From, double To)> weights)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        if (from.Length != to.Length) throw new ArgumentException($"to: expected {from.Length} latents, got {to.Length}", nameof(to));
        var path = new float[steps * from.Length];
        for (var step = 0; step < steps; step++)
        {
            var (a, b) = weights(step / (steps - 1.0));
            for (var j = 0; j < from.Length; j++) path[step * from.Length + j] = (float)(a * from[j] + b * to[j]);
        }
        return path;
    }
}

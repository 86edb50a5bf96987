namespace Elbow.Evaluation.Disentanglement;

/// <summary>Random rows, half to fit and half to test.</summary>
internal static class Halves
{
    public static (FactoredCodes Fit, FactoredCodes Test) Of(FactoredCodes data, int most, int seed)
    {
        var rows = Enumerable.Range(0, data.Count).ToArray();
        new Random(seed).Shuffle(rows);
        var count = Math.Min(most, data.Count);
        return (data.Pick(rows[..(count / 2)]), data.Pick(rows[(count / 2)..count]));
    }
}

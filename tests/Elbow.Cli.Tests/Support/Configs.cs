namespace Elbow.Cli.Tests.Support;

/// <summary>Configurations small enough that training takes less time than starting.</summary>
internal static class Configs
{
    public const string Digits = """
        { "data": { "kind": "digits" },
          "model": { "latentDim": 3, "encoder": { "kind": "mlp", "hidden": [32] }, "decoder": { "kind": "mlp", "hidden": [32] },
                     "likelihood": { "kind": "categorical", "levels": 17 } },
          "objective": { "kind": "elbo" },
          "training": { "epochs": 2, "threads": 1 },
          "diagnostics": { "explorer": false } }
        """;

    /// <summary>Numbers from <c>d.csv</c>; <c>--set</c> makes it anything else.</summary>
    public const string Table = """
        { "data": { "kind": "csv", "path": "d.csv" },
          "model": { "latentDim": 2, "encoder": { "kind": "mlp", "hidden": [8] }, "decoder": { "kind": "mlp", "hidden": [8] },
                     "likelihood": { "kind": "normal" } },
          "objective": { "kind": "elbo" },
          "training": { "epochs": 1, "threads": 1 },
          "diagnostics": { "explorer": false } }
        """;

    /// <summary>Rows of two columns with a class, enough for all three splits.</summary>
    public static string Rows(int count = 40) =>
        "a,b,class\n" + string.Concat(Enumerable.Range(0, count).Select(n => $"{Math.Sin(n):F4},{Math.Cos(2 * n):F4},{(n % 3 == 0 ? "x" : "y")}\n"));
}

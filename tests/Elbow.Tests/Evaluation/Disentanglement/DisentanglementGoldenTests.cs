using System.Text.Json;
using Elbow.Evaluation.Disentanglement;
using Elbow.Tests.Support;

namespace Elbow.Tests.Evaluation.Disentanglement;

/// <summary>Every measure without draws against plain Python that knows only its definition.</summary>
public sealed class DisentanglementGoldenTests
{
    private static readonly JsonElement Values = Golden.Read("disentanglement/values.json");
    private static readonly int Bins = Values.GetProperty("bins").GetInt32();
    private static readonly FactoredCodes Data = Read();

    [Fact]
    public void Information_OfBins_IsTheSumOverCells()
    {
        var information = InformationMatrix.Of(Data, Bins);
        Near("information", Rows(information.PlugIn));
        Near("informationCorrected", Rows(information.Corrected));
    }

    [Fact]
    public void Mig_Value_IsTheGap()
    {
        var reading = Assert.Single(new Mig(Bins).Read(Data, 1));
        Assert.Equal(Values.GetProperty("mig").GetDouble(), reading.Value, 1e-12);
        Assert.Equal(Values.GetProperty("migCorrected").GetDouble(), reading.Corrected!.Value, 1e-12);
    }

    [Fact]
    public void Modularity_Value_IsThatOfInformativeLatents()
    {
        var reading = Assert.Single(new Modularity(Bins).Read(Data, 1));
        var wanted = Values.GetProperty("modularity").Numbers();
        Assert.Equal(wanted.Take(3), reading.PerLatent.Take(3).Select(score => score), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.True(double.IsNaN(reading.PerLatent[3]), "noise counts");
        Assert.Equal(wanted.Take(3).Average(), reading.Value, 1e-12);
    }

    [Fact]
    public void Irs_Value_IsTheWeightedRobustness() => Assert.Equal(Values.GetProperty("irs").GetDouble(), Assert.Single(new Irs().Read(Data, 1)).Value, 1e-12);

    [Fact]
    public void SquaredCorrelation_Always_IsPearsons() => Assert.Equal(Values.GetProperty("squaredCorrelation").GetDouble(), Sap.SquaredCorrelation(Data.Column(1), Data.Factors[1].Values), 1e-12);

    [Fact]
    public void Dci_OfATable_IsOneMinusEntropies()
    {
        var rows = Values.GetProperty("importance").EnumerateArray().Select(row => row.Numbers()).ToArray();
        var importance = new double[rows.Length, rows[0].Length];
        for (var j = 0; j < rows.Length; j++)
        {
            for (var k = 0; k < rows[j].Length; k++) importance[j, k] = rows[j][k];
        }
        var readings = Dci.Of(importance, [0.5, 0.25, 0.75], "dci");
        Assert.Equal(Values.GetProperty("disentanglement").GetDouble(), readings[0].Value, 1e-12);
        Assert.Equal(Values.GetProperty("completeness").GetDouble(), readings[1].Value, 1e-12);
        Assert.Equal(0.5, readings[2].Value, 1e-12);
    }

    [Fact]
    public void Lasso_Weights_AreThoseOfCoordinateDescent()
    {
        var y = Table("others").Select(row => row[0]).ToArray();
        var w = Lasso.Fit(new Standardised(Data.Codes, 4).Of(Data.Codes), 4, new Standardised(y, 1).Of(y), 0.1);
        Assert.Equal(Values.GetProperty("lasso").Numbers(), w, (a, b) => Math.Abs(a - b) < 1e-8);
    }

    [Theory]
    [InlineData("udrRank", false)]
    [InlineData("udrLasso", true)]
    public void Udr_OfTwoModels_IsTheRelativeStrength(string name, bool lasso)
    {
        var udr = Udr.Of([(Data.Codes, 4, [true, true, true, true]), ([.. Table("others").SelectMany(row => row)], 3, [true, true, true])], lasso);
        Assert.Equal(Values.GetProperty(name).GetDouble(), udr.PerModel[0], 1e-8);
        Assert.Equal(udr.PerModel[0], udr.PerModel[1], 1e-12);
    }

    private static FactoredCodes Read()
    {
        var factors = Table("factors");
        return FactoredCodes.Of([.. Table("codes").SelectMany(row => row)], 4, [.. Enumerable.Range(0, 3).Select(k => Factor.Of($"{k}", [.. factors.Select(row => row[k])]))]);
    }

    private static double[][] Table(string name) => [.. Values.GetProperty(name).EnumerateArray().Select(row => row.Numbers())];

    private static double[] Rows(double[,] matrix) => [.. matrix.Cast<double>()];

    private static void Near(string name, double[] found) => Assert.Equal(Table(name).SelectMany(row => row), found, (a, b) => Math.Abs(a - b) < 1e-12);
}

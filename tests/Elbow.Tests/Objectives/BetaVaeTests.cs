using Elbow.Networks;
using Elbow.Objectives;
using Elbow.Tests.Support;
using Elbow.Torch;

namespace Elbow.Tests.Objectives;

public sealed class BetaVaeTests
{
    [Fact]
    public void Objective_BetaOne_IsTheElbo() => Compared.MustAgree(new BetaVae.Config { Beta = 1 }, new Elbo.Config());

    [Fact]
    public void Objective_AnyBeta_IsTheWeighedElboAndReportsThePlainOne()
    {
        using var scope = TensorScope.Open();
        Compared.MustAgree(new BetaVae.Config { Beta = 3, Samples = 2 }, new Elbo.Config { Beta = 3, Samples = 2 });
        using var model = Small.Model(Small.Mlp(Compared.L), Compared.D);
        var terms = Compared.Of(new BetaVae.Config(), model, Small.Mlp(Compared.L)).Terms;
        Assert.Equal((terms["reconstruction"] - 4 * terms["kl"]).Mean().ToDouble(), terms.Objective.ToDouble(), 1e-12);
        Assert.Equal(0, (terms["elbo"] - (terms["reconstruction"] - terms["kl"])).Abs().Sum().ToDouble(), 1e-12);
    }

    [Fact]
    public void Objective_Gradient_IsThatOfFiniteDifferences() => Compared.MustHaveItsGradient(new BetaVae.Config { Beta = 3 });

    [Fact]
    public void Misfits_DeterministicEncoder_IsRefused() =>
        Assert.NotEmpty(new BetaVae.Config().Misfits(Small.Mlp(2, posterior: new PointPosterior.Config())));
}

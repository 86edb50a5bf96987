using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Elbow.Networks;

/// <summary>Dense layers with a nonlinearity (and a normalisation, when asked) after each but the last, which is linear.</summary>
public static class Mlp
{
    /// <summary>Configuration of a multi-layer perceptron; no hidden layers make it affine.</summary>
    [Description("dense layers")]
    public sealed record Config : NetworkConfig
    {
        /// <summary>Widths of the hidden layers; empty for an affine map.</summary>
        [Description("widths of the hidden layers; empty for an affine map")]
        public IReadOnlyList<int> Hidden { get; init; } = [256, 256];

        /// <summary>The nonlinearity after each hidden layer.</summary>
        [Description("nonlinearity after each hidden layer")]
        public ActivationKind Activation { get; init; } = ActivationKind.Relu;

        /// <summary>Whether each hidden layer is multiplied by a sigmoid of a second affine map of its input.</summary>
        [Description("multiply each hidden layer by a sigmoid of a second affine map of its input")]
        public bool Gated { get; init; }

        /// <summary>Normalisation between a hidden layer and its nonlinearity.</summary>
        [Description("normalisation between a hidden layer and its nonlinearity")]
        public NormKind Norm { get; init; } = NormKind.None;

        /// <inheritdoc/>
        public override ILayer BuildEncoder(DataShape data, int outputs, Init init) => Build(data.Size, outputs, init);

        /// <inheritdoc/>
        public override ILayer BuildDecoder(int inputs, DataShape data, int outputsPerDimension, Init init) => Build(inputs, outputsPerDimension * data.Size, init);

        internal Sequential Build(int inputs, int outputs, Init init)
        {
            var layers = new List<ILayer>();
            foreach (var width in Hidden)
            {
                var outputsOfLayer = Gated ? 2 * width : width;
                layers.Add(new Linear(inputs, outputsOfLayer, init));
                if (Norm != NormKind.None) layers.Add(new Normalisation(Norm, outputsOfLayer, init));
                if (Gated) layers.Add(new Gate(Activation));
                else if (Activation != ActivationKind.Identity) layers.Add(new Activation(Activation));
                inputs = width;
            }
            layers.Add(new Linear(inputs, outputs, init));
            return new Sequential(layers);
        }
    }
}

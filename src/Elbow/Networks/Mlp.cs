using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Elbow.Torch;

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

        /// <summary>Whether the mean of the training data is the origin: an encoder takes it off its input, a decoder starts its first D outputs there.</summary>
        /// <remarks>
        /// Where means are large beside the spread, the outputs of a first layer hang on its weights times the mean, and steps that are small
        /// beside the spread are large in them: gradient ascent then crawls along a narrow valley.
        /// </remarks>
        [Description("the mean of the training data is the origin: an encoder subtracts it, a decoder starts there; for real-valued data with means far from zero")]
        public bool Centre { get; init; }

        /// <inheritdoc/>
        public override ILayer BuildEncoder(DataShape data, int outputs, Init init) => Build(data.Size, outputs, init, Centre ? init.DataMean() : null);

        /// <inheritdoc/>
        public override ILayer BuildDecoder(int inputs, DataShape data, int outputsPerDimension, Init init)
        {
            var network = Build(inputs, outputsPerDimension * data.Size, init);
            if (!Centre) return network;
            using var frozen = Autograd.NoGrad();
            using var scope = TensorScope.Open();
            ((Linear)network.Layers[^1]).Bias!.Narrow(0, 0, data.Size).AddInPlace(init.DataMean());
            return network;
        }

        internal Sequential Build(int inputs, int outputs, Init init, Tensor? centre = null)
        {
            var layers = new List<ILayer>();
            foreach (var width in Hidden)
            {
                var outputsOfLayer = Gated ? 2 * width : width;
                layers.Add(new Linear(inputs, outputsOfLayer, init, centre: centre));
                centre = null;
                if (Norm != NormKind.None) layers.Add(new Normalisation(Norm, outputsOfLayer, init));
                if (Gated) layers.Add(new Gate(Activation));
                else if (Activation != ActivationKind.Identity) layers.Add(new Activation(Activation));
                inputs = width;
            }
            layers.Add(new Linear(inputs, outputs, init, centre: centre));
            return new Sequential(layers);
        }
    }
}

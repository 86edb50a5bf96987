using Elbow.Experiments.Configuration;

namespace Elbow.Experiments.Tests.Configuration;

public sealed class ConfigWriterTests
{
    [Fact]
    public void Write_Resolved_HasEveryDefaultInStableOrder() => Assert.Equal(
        """
        {
          "latentDim": 2,
          "encoder": {
            "kind": "conv",
            "stride": 2,
            "kernels": [
              [3, 3],
              [5]
            ],
            "activation": "relu"
          },
          "objective": {
            "kind": "elbo",
            "beta": 1
          },
          "split": {
            "validation": 0.1,
            "test": 0.1
          },
          "earlyStopping": null,
          "path": "é's",
          "seed": 1,
          "offset": -1,
          "scale": 0.1,
          "binarise": false,
          "clip": null,
          "metrics": ["nll"],
          "weights": [],
          "tags": [
            {
              "name": "ab",
              "pinned": false
            }
          ],
          "device": "cpu"
        }

        """,
        ConfigWriter.Write(new SampleConfig
        {
            LatentDim = 2,
            Encoder = new Conv(),
            Objective = new Elbo(),
            Path = "é's",
            Tags = [new TagConfig { Name = "ab" }],
        }));

    [Fact]
    public void Write_ThenRead_GivesAnEqualConfig()
    {
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var config = SampleConfig.Draw(random);
            var back = ConfigReader.Read<SampleConfig>(ConfigWriter.Write(config));

            Assert.Equivalent(config, back, strict: true);
            Assert.Equal((config.Objective, config.Split, config.EarlyStopping), (back.Objective, back.Split, back.EarlyStopping));
            Assert.Equal(config.Encoder.GetType(), back.Encoder.GetType());
        }
    }

    [Fact]
    public void Write_PolymorphicRoot_StartsWithTheKind() =>
        Assert.Equal("{\n  \"kind\": \"elbo\",\n  \"beta\": 0.5\n}\n", ConfigWriter.Write<ObjectiveConfig>(new Elbo { Beta = 0.5 }));

    [Fact]
    public void Write_RecordWithoutKeys_IsAnEmptyObject() => Assert.Equal("{}\n", ConfigWriter.Write(new Identity()));

    [Fact]
    public void Write_NotANumber_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ConfigWriter.Write(new Elbo { Beta = double.NaN }));
}

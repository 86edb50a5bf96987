using Elbow.Data;
using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

public sealed class LabelClassifierTests : IDisposable
{
    private readonly string cache = Directory.CreateTempSubdirectory("elbow-classifier-").FullName;

    [Fact]
    public void For_Digits_LearnsThemOnceAndRemembers()
    {
        using var data = DataSource.Open(new DataConfig { Kind = "digits", TrainingRows = 1500 }, seed: 1);
        var format = new PictureFormat(data.Train.Shape, data.Train.Range.Lower, data.Train.Range.Upper);
        var steps = 0;
        using var first = LabelClassifier.For(data, format, cache, new Count(n => steps = n));
        Assert.Equal(LabelClassifier.Steps(data), steps);
        Assert.InRange(first.Accuracy.Value, 0.9, 1);

        var again = 0;
        using var second = LabelClassifier.For(data, format, cache, new Count(n => again = n));
        Assert.Equal(0, again);
        Assert.Equal((first.Hash, first.Accuracy), (second.Hash, second.Accuracy));

        var file = Assert.Single(Directory.GetFiles(Path.Combine(cache, "classifiers")));
        File.WriteAllText(file, "damaged");
        using var third = LabelClassifier.For(data, format, cache);
        Assert.Equal(first.Hash, third.Hash);
    }

    [Fact]
    public void For_DataWithoutLabels_SaysWhatElseThereIs()
    {
        using var data = DataSource.Open(new DataConfig { Kind = "synthetic/ed-g", Count = 100 }, seed: 1);
        Assert.False(LabelClassifier.Fits(data));
        Assert.Contains("random-conv", Assert.Throws<UserException>(() => LabelClassifier.For(data, new PictureFormat(data.Train.Shape, 0, 1), cache)).Mend);
    }

    public void Dispose() => Directory.Delete(cache, recursive: true);

    private sealed class Count(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}

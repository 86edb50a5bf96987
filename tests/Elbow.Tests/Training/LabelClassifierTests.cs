using Elbow.Data;
using Elbow.Evaluation.Metrics;
using Elbow.Experiments;
using Elbow.Tests.Support;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Tests.Training;

/// <summary>With one thread: more of them wait for each other longer than such small products take.</summary>
[Collection(Alone.Name)]
public sealed class LabelClassifierTests : IDisposable
{
    private readonly int threads = Engine.Threads;
    private readonly string cache = Directory.CreateTempSubdirectory("elbow-classifier-").FullName;

    public LabelClassifierTests() => Engine.Threads = 1;

    [Fact]
    public void For_Digits_LearnsThemOnceAndRemembers()
    {
        using var data = DataSource.Open(new DataConfig { Kind = "digits", TrainingRows = 600 }, seed: 1);
        var format = new PictureFormat(data.Train.Shape, data.Train.Range.Lower, data.Train.Range.Upper);
        var steps = 0;
        using var first = LabelClassifier.For(data, format, 80, cache, new Count(n => steps = n));
        Assert.Equal(80, steps);
        // One row in ten by chance.
        Assert.InRange(first.Accuracy.Value, 0.5, 1);

        var again = 0;
        using var second = LabelClassifier.For(data, format, 80, cache, new Count(n => again = n));
        Assert.Equal(0, again);
        Assert.Equal((first.Hash, first.Accuracy), (second.Hash, second.Accuracy));

        var file = Assert.Single(Directory.GetFiles(Path.Combine(cache, "classifiers")));
        File.WriteAllText(file, "damaged");
        using var third = LabelClassifier.For(data, format, 80, cache, null);
        Assert.Equal(first.Hash, third.Hash);
    }

    [Fact]
    public void For_DataWithoutLabels_SaysWhatElseThereIs()
    {
        using var data = DataSource.Open(new DataConfig { Kind = "synthetic/ed-g", Count = 100 }, seed: 1);
        Assert.False(LabelClassifier.Fits(data));
        Assert.Contains("random-conv", Assert.Throws<UserException>(() => LabelClassifier.For(data, new PictureFormat(data.Train.Shape, 0, 1), cache)).Mend);
    }

    public void Dispose()
    {
        Engine.Threads = threads;
        Directory.Delete(cache, recursive: true);
    }

    private sealed class Count(Action<int> tell) : IProgress<int>
    {
        public void Report(int value) => tell(value);
    }
}

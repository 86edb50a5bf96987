using Elbow.Experiments.TensorBoard;
using Elbow.Experiments.Tests.Support;

namespace Elbow.Experiments.Tests.TensorBoard;

/// <summary>What another program finds in the files; field numbers as in TensorBoard's event.proto and summary.proto.</summary>
public sealed class TensorBoardSinkTests : IDisposable
{
    private readonly TempFolder temp = new();
    private readonly ManualTime time = new();
    private readonly RunFolder run;

    public TensorBoardSinkTests()
    {
        using var created = Some.Run(temp);
        run = created.Folder;
    }

    public void Dispose() => temp.Dispose();

    [Fact]
    public void Create_File_IsNamedAndBegunAsTensorBoardExpects()
    {
        using var sink = new TensorBoardSink(run, time);

        var name = Path.GetFileName(Assert.Single(Directory.GetFiles(run.TensorBoardPath)));
        Assert.Equal($"events.out.tfevents.{time.Now.ToUnixTimeSeconds()}.{Environment.MachineName}.{Environment.ProcessId}", name);
        var first = Assert.Single(TensorBoardReader.Read(run.TensorBoardPath));
        Assert.Equal("brain.Event:2", first.Text(3));
        Assert.Equal(time.Now.ToUnixTimeSeconds(), first.Get<double>(1));
    }

    [Fact]
    public void Create_TwiceInOneSecond_KeepsBothFiles()
    {
        new TensorBoardSink(run, time).Dispose();
        new TensorBoardSink(run, time).Dispose();

        Assert.Equal(2, Directory.GetFiles(run.TensorBoardPath).Length);
    }

    [Fact]
    public void Emit_Epoch_WritesScalarsPerSplit()
    {
        var written = Emit(Some.Epoch(1, 300));

        Assert.Equal(300, written.Step);
        Assert.Equal(Some.Moment.ToUnixTimeMilliseconds() / 1000.0, written.Get<double>(1));
        var values = written.Nested(5).All(1).ToDictionary(value => value.Text(1), value => value.Get<float>(2));
        Assert.Equal(
            new Dictionary<string, float>
            {
                ["train/elbo"] = -90.5f,
                ["train/kl"] = 20,
                ["validation/elbo"] = -91,
                ["progress/learningRate"] = 1e-3f,
                ["progress/examplesPerSecond"] = 4000,
            },
            values);
    }

    [Fact]
    public void Emit_StepWithNaN_KeepsTheNaN()
    {
        var written = Emit(new StepLogged(Some.Moment, 7, 1, new Dictionary<string, double> { ["kl"] = double.NaN }));

        var value = Assert.Single(written.Nested(5).All(1));
        Assert.Equal("step/kl", value.Text(1));
        Assert.True(float.IsNaN(value.Get<float>(2)));
    }

    [Fact]
    public void Emit_Diagnostics_WritesScalarAndHistogram()
    {
        var values = Emit(Some.Diagnostics(4, 0, 0, 3)).Nested(5).All(1);

        Assert.Equal(["diagnostics/validation/mi", "diagnostics/validation/klPerLatent"], values.Select(value => value.Text(1)));
        var histogram = values[1].Nested(5);
        Assert.Equal(3, histogram.Get<double>(2));
        Assert.Equal(3, histogram.Doubles(7).Sum());
        Assert.Equal(2, histogram.Doubles(7)[0]);
        Assert.Equal(3, histogram.Doubles(6)[^1]);
    }

    [Fact]
    public void Emit_Picture_WritesItsBytesAndSize()
    {
        // A 3 × 2 grey PNG as far as the header goes, which is all that is looked at.
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 3, 0, 0, 0, 2, 8, 0, 0, 0, 0];
        File.WriteAllBytes(Path.Combine(run.SamplesPath, "e.png"), png);

        var value = Assert.Single(Emit(new SampleSaved(Some.Moment, 9, "samples/e.png")).Nested(5).All(1));

        Assert.Equal("samples", value.Text(1));
        var image = value.Nested(4);
        Assert.Equal((2ul, 3ul, 1ul), (image.Get<ulong>(1), image.Get<ulong>(2), image.Get<ulong>(3)));
        Assert.Equal(png, image.Get<byte[]>(4));
    }

    [Fact]
    public void Emit_PictureMissing_IsAUserError()
    {
        using var sink = new TensorBoardSink(run, time);

        Assert.Throws<UserException>(() => sink.Emit(new SampleSaved(Some.Moment, 9, "samples/none.png")));
    }

    [Fact]
    public void Emit_PictureThatIsNone_IsAUserError()
    {
        File.WriteAllText(Path.Combine(run.SamplesPath, "e.png"), "not a picture, although long enough");
        using var sink = new TensorBoardSink(run, time);

        Assert.Contains("not a PNG", Assert.Throws<UserException>(() => sink.Emit(new SampleSaved(Some.Moment, 9, "samples/e.png"))).What);
    }

    [Fact]
    public void Emit_Resumed_PurgesTheStepsAfterTheCheckpoint()
    {
        var written = Emit(new Resumed(Some.Moment, 40));

        Assert.Equal(41, written.Step);
        Assert.Equal(1ul, written.Nested(7).Get<ulong>(1));
    }

    [Fact]
    public void Emit_EventWithoutAPicture_WritesNothing()
    {
        using var sink = new TensorBoardSink(run, time);

        sink.Emit(new Warned(Some.Moment, "hm"));
        sink.Emit(new SampleSaved(Some.Moment, 1, "latent/codes.npy"));

        Assert.Single(TensorBoardReader.Read(run.TensorBoardPath));
    }

    // The one record that the event leads to, read while the sink still has the file open.
    private TensorBoardReader.Message Emit(RunEvent e)
    {
        using var sink = new TensorBoardSink(run, time);
        sink.Emit(e);
        return Assert.Single(TensorBoardReader.Read(run.TensorBoardPath).Skip(1));
    }
}

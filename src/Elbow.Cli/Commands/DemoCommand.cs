using System.CommandLine;
using System.Reflection;
using Elbow.Data;
using Elbow.Diagnostics;
using Elbow.Evaluation;
using Elbow.Experiments.Configuration;
using Elbow.Experiments.Storage;
using Elbow.Studio.Report;
using Elbow.Torch;
using Elbow.Training;

namespace Elbow.Cli.Commands;

/// <summary><c>elbow demo</c>: the book's digits experiment from data to pictures, in about a minute.</summary>
internal static class DemoCommand
{
    private const string Resource = "digits-standard.json";

    internal static Command Create()
    {
        var store = new Option<string>("--out") { Description = "folder in which the run folder is made", DefaultValueFactory = _ => "runs", HelpName = "DIR" };
        var set = ConfigFile.Set();
        var command = new Command("demo", "train on the bundled handwritten digits, take the ELBO apart, write report.html; about a minute") { store, set };
        command.SetAction(parsed => Run(parsed.GetRequiredValue(store), parsed.GetRequiredValue(set)));
        return command;
    }

    private static int Run(string store, string[] overrides)
    {
        using var resource = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!);
        var config = ConfigReader.Read<ExperimentConfig>(resource.ReadToEnd(), overrides, Resource);
        Console.Error.WriteLine("1,797 real handwritten digits of 8 x 8 pixels (UCI, bundled): 1,000 to train on, 350 to validate, 447 to test.");
        Console.Error.WriteLine("Training a VAE with two latents until validation stops improving (Ctrl-C saves and stops) ...");
        string folder;
        using (var display = new ProgressDisplay())
        using (var session = RunSession.Start(config, store, "demo", ["demo"], TimeProvider.System, display))
        {
            folder = session.Folder.Root;
            if (TrainCommand.Train(session, display, store) == Boundary.Interrupted) return Boundary.Interrupted;
        }
        Console.Error.WriteLine("Measuring on the test digits: ELBO, its parts, and the likelihood with 1,000 importance samples each ...");
        using var trained = TrainedModel.Open(folder);
        var test = Splits.Find(trained.Experiment.Data, "test");
        var (result, scores) = SplitEvaluation.RunEach(trained, test, elboSamples: 10, nllSamples: 1000);
        EvaluateCommand.Store(trained, "test", result, scores, 10, EvaluateCommand.Report(trained, "test", result));
        EvaluateCommand.Print(trained, "test", result);
        // Nothing of this is known of a deterministic encoder or of latents in layers, which --set can ask for.
        if (trained.Experiment.Config.Model.HasGaussianPosterior)
        {
            var anatomy = SplitAnatomy.Run(trained, test, new AnatomyOptions());
            AnatomyCommand.Store(trained, "test", null, anatomy, LatentMatch.Of(trained, test, new HoleOptions()));
            AnatomyTable.Rows(anatomy);
        }
        foreach (var (title, path) in Pictures(trained, test)) Shown(title, Path.Combine(folder, path));
        if (ReportFile.IsPossible)
        {
            var report = Path.Combine(folder, "report.html");
            ReportFile.Write([folder], report);
            Shown("everything on one page, offline", report);
        }
        else
        {
            Console.Error.WriteLine("without Node.js and npm the page of all this was not built: with them, elbow report RUN writes it");
        }
        return Boundary.Success;
    }

    private static void Shown(string what, string path) => Console.Out.WriteLine($"{what,-40} {TrainCommand.Shown(path)}");

    private static IEnumerable<(string Title, string Path)> Pictures(TrainedModel trained, IDataset test)
    {
        var folder = trained.Folder.Root;
        List<string> paths = [];
        trained.Experiment.Judge(null, () => paths.AddRange(new RunPictures(trained.Experiment, trained.Folder).Write("demo")));
        var codes = trained.Encode(test);
        var label = test.Labels.Count > 0 ? test.Labels[0] : null;
        if (trained.Experiment.Model.LatentDim == 2)
        {
            var map = new ScatterPlot { Points = codes.Mean, Title = "posterior means of the test digits", XTitle = "z0", YTitle = "z1", Codes = label?.Codes, Classes = label?.Classes ?? [] };
            AtomicFile.WriteBytes(Path.Combine(folder, "latent", "map.png"), map.Png());
            AtomicFile.WriteBytes(Path.Combine(folder, "latent", "plane.png"), Plane(trained));
            paths.AddRange(["latent/map.png", "latent/plane.png"]);
        }
        var titles = new Dictionary<string, string>
        {
            ["samples/demo.png"] = "samples from the prior", ["recon/demo.png"] = "digits above their reconstructions",
            ["latent/map.png"] = "map of the latent space", ["latent/plane.png"] = "what each point of the plane decodes to",
        };
        return paths.Select(path => (titles[path], path));
    }

    // The plane of both latents, at equal steps of the prior's distribution function, so that every cell has the same prior mass.
    private static byte[] Plane(TrainedModel trained)
    {
        const int side = 15;
        using var scope = TensorScope.Open();
        using var frozen = Autograd.NoGrad();
        var u = (Tensor.Arange(0, side, DType.Float32) + 0.5) / side;
        var steps = (2 * u - 1).Erfinv() * Math.Sqrt(2);
        var x = steps.Unsqueeze(0).Expand(side, side);
        var y = steps.Flip(0).Unsqueeze(1).Expand(side, side);
        var z = Tensor.Stack(-1, x, y).Reshape(side * side, 2).To(trained.Experiment.Device);
        var bounds = trained.Experiment.PictureBounds;
        return ImageGrid.Png(trained.Experiment.Model.Decode(z).Mean.ToArray<float>(), trained.Experiment.Model.Data, side, bounds.Low, bounds.High);
    }
}

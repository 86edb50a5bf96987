using Elbow.Experiments;
using Elbow.Torch;

namespace Elbow.Training;

/// <summary>A run made of weights that were trained elsewhere: everything that looks at a run works on it, and training may go on from it.</summary>
public static class ImportedRun
{
    /// <summary>Makes the run. Nothing is left behind when it cannot be made.</summary>
    /// <param name="config">The network that was trained, and the data it is measured on.</param>
    /// <param name="weights">A safetensors file.</param>
    /// <param name="store">Where run folders lie.</param>
    /// <param name="name">The last part of the folder's name.</param>
    /// <param name="commandLine">For environment.json.</param>
    /// <param name="warn">Told what deserves a word; the run keeps it too.</param>
    /// <param name="time">Names and stamps.</param>
    /// <returns>The run folder.</returns>
    /// <exception cref="UserException">The file is damaged or does not fit the configuration, or the data are not there.</exception>
    public static string Save(ExperimentConfig config, string weights, string store, string name, IReadOnlyList<string> commandLine, Action<string> warn, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(warn);
        using var scope = TensorScope.Open();
        var (tensors, _, sha256) = PortableWeights.Read(weights);
        using var session = RunSession.Import(config, new WeightsStamp(Path.GetFullPath(weights), sha256), Load, store, name, commandLine, time);
        var complete = false;
        try
        {
            session.SaveFirst();
            complete = true;
        }
        finally
        {
            if (!complete) Directory.Delete(session.Folder.Root, recursive: true);
        }
        return Path.Combine(store, session.Folder.Name);

        int Load(Experiment experiment, Action<string> remember)
        {
            PortableWeights.Load(experiment.Model, tensors, weights, Say);
            if ((experiment.Objective as Networks.Module)?.NamedTensors().Any() == true)
                Say("the objective has tensors of its own, which are as before the first step: what they stand for (critics, codes, widths) is known after training only");
            return tensors.Count;

            void Say(string message)
            {
                warn(message);
                remember(message);
            }
        }
    }
}

namespace Elbow.Experiments;

/// <summary>What became of a run.</summary>
public enum RunStatus
{
    /// <summary>A living process holds its lock.</summary>
    Running,

    /// <summary>It ended as planned, or holds weights that were trained elsewhere.</summary>
    Finished,

    /// <summary>The user stopped it; its state is saved.</summary>
    Interrupted,

    /// <summary>It stopped itself and said why.</summary>
    Failed,

    /// <summary>It ended without a word: killed, power cut. The last checkpoint is good.</summary>
    Killed,
}

namespace Elbow.Experiments;

/// <summary>Keeps a broken display from killing a run: after its first error the display is warned about once and left alone.</summary>
/// <param name="display">The sink to guard; owned, disposed with this one.</param>
/// <param name="name">What the warning calls it, such as "TensorBoard".</param>
/// <param name="warn">Receives the warning, one sentence.</param>
public sealed class SafeSink(IRunSink display, string name, Action<string> warn) : IRunSink, IDisposable
{
    private bool broken;

    /// <inheritdoc/>
    public void Emit(RunEvent e) => Guard(() => display.Emit(e));

    /// <summary>Disposes the display.</summary>
    public void Dispose() => Guard(() => (display as IDisposable)?.Dispose());

    // Catches everything on purpose: whatever a display does wrong, hours of training are worth more.
    private void Guard(Action action)
    {
        if (broken)
        {
            return;
        }

        try
        {
            action();
        }
        catch (Exception e)
        {
            broken = true;
            warn($"{name} is switched off for this run: {e.Message.ReplaceLineEndings(" ")}");
        }
    }
}

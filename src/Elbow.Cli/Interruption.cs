using System.Runtime.InteropServices;

namespace Elbow.Cli;

/// <summary>Turns Ctrl-C, SIGTERM and a closed terminal into a request to stop that the training loop obeys after the present step; the second Ctrl-C kills.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    internal Interruption() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Handle),
    ];

    internal CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        // A closing terminal hangs up twice, through its shell and by itself; a service manager may send both of SIGTERM and SIGHUP.
        if (source.IsCancellationRequested && context.Signal == PosixSignal.SIGINT) return;
        context.Cancel = true;
        source.Cancel();
    }
}

using Azure;
using Azure.Storage.Queues.Models;
using LlmFunctions.Core;
using LlmFunctions.Core.Fallback;
using Microsoft.Extensions.Logging;

namespace LlmFunctions.Azure.Fallback;

/// <summary>One received message: hidden from others while its request runs, then deleted, or left to come again.</summary>
internal sealed partial class MessageInHand(
    QueueMessage message, ReplayMailbox mailbox, IReplayTarget target, TimeProvider time, ILogger logger)
{
    public static readonly TimeSpan Visibility = TimeSpan.FromSeconds(60);

    // Two of them may fail before the message shows itself again.
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    // Every renewal gives a new one; null when the message is another's by now, or gone.
    private string? _receipt = message.PopReceipt;

    /// <param name="handBack">Set when the host cannot wait any longer.</param>
    public async Task RunAsync(CancellationToken handBack)
    {
        if (!ReplayMessage.TryParse(ReplayMailbox.TextOf(message), out var replay))
        {
            LogMalformed(message.MessageId);
            await DeleteAsync();
            return;
        }

        using var ended = new CancellationTokenSource();
        var hiding = KeepHiddenAsync(ended.Token);
        var isDone = await TryReplayAsync(replay, handBack);
        await ended.CancelAsync();
        await hiding;
        if (isDone)
            await DeleteAsync();
        else if (handBack.IsCancellationRequested)
            await HandBackAsync();
    }

    /// <summary>Shows the message to others at once.</summary>
    public async Task HandBackAsync()
    {
        if (await TryHideAsync(TimeSpan.Zero))
            LogHandedBack(message.MessageId);
    }

    // The edge where messages come in: whatever went wrong, this message comes again and the others go on.
    private async Task<bool> TryReplayAsync(ReplayMessage replay, CancellationToken handBack)
    {
        try
        {
            await target.ReplayAsync(replay, handBack);
            return true;
        }
        catch (Exception e)
        {
            if (!handBack.IsCancellationRequested)
                LogNotReplayed(replay.Id, e);
            return false;
        }
    }

    private async Task KeepHiddenAsync(CancellationToken ended)
    {
        using var timer = new PeriodicTimer(Renewal, time);
        try
        {
            while (_receipt is not null && await timer.WaitForNextTickAsync(ended))
                await TryHideAsync(Visibility);
        }
        catch (OperationCanceledException)
        {
            // The request has ended.
        }
    }

    // Never cancelled in between, for then the new receipt would be lost; the client's own timeout bounds it.
    private async Task<bool> TryHideAsync(TimeSpan visibility)
    {
        try
        {
            if (_receipt is not null)
                _receipt = await mailbox.TryHideAsync(message.MessageId, _receipt, visibility, CancellationToken.None);
            return _receipt is not null;
        }
        catch (Exception e) when (e is StorageUnavailableException or RequestFailedException)
        {
            LogNotHidden(message.MessageId, FirstLine(e));
            return false;
        }
    }

    // A message that stays comes again and is dropped, for the row tells that its request is done.
    private async Task DeleteAsync()
    {
        try
        {
            if (_receipt is null || !await mailbox.TryDeleteAsync(message.MessageId, _receipt, CancellationToken.None))
                LogGone(message.MessageId);
        }
        catch (Exception e) when (e is StorageUnavailableException or RequestFailedException)
        {
            LogNotDeleted(message.MessageId, FirstLine(e));
        }
    }

    private static string FirstLine(Exception exception) => exception.Message.Split('\n')[0].TrimEnd();

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} of the fallback queue names no request and is dropped")]
    private partial void LogMalformed(string messageId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Queued request {Id} could not be replayed; its message comes again")]
    private partial void LogNotReplayed(string id, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "Message {MessageId} was handed back to the fallback queue")]
    private partial void LogHandedBack(string messageId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} may come again: {Reason}")]
    private partial void LogNotHidden(string messageId, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Message {MessageId} had come again elsewhere, or expired")]
    private partial void LogGone(string messageId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} is done and comes again: {Reason}")]
    private partial void LogNotDeleted(string messageId, string reason);
}

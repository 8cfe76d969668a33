namespace LlmFunctions.Core.Forwarding.Splicing;

/// <summary>Compares one deployment's answer, piece by piece, with what the caller has. Nothing is new before all that the caller has was
/// repeated. Not thread-safe; one per continuation.</summary>
/// <param name="delivered">What the caller has; takes in what is new.</param>
/// <param name="isPerPart">Whether the parts come side by side, as choices do; else one after the other.</param>
internal sealed class Repetition(StreamTranscript delivered, bool isPerPart)
{
    private readonly Dictionary<PieceKey, int> _repeated = [];
    private readonly HashSet<PieceKey> _marks = [];
    private readonly HashSet<int> _passed = [];

    /// <summary>Whether something new went to the caller.</summary>
    public bool HasPassed => _passed.Count > 0;

    /// <summary>Whether something new of this part went to the caller.</summary>
    public bool HasPassedIn(int part) => _passed.Contains(part);

    public Judgement Judge(StreamPiece piece) => piece.Kind switch
    {
        PieceKind.Text => JudgeText(piece),
        PieceKind.Opaque when delivered.IsClosed(piece.Key) => Judgement.Different,
        PieceKind.Opaque => Take(piece, Judgement.New),
        _ => JudgeMark(piece),
    };

    /// <summary>The pieces of one event as one. Its text, if it has one, is the last of them.</summary>
    public Judgement JudgeAll(IReadOnlyList<StreamPiece> pieces)
    {
        var all = Judgement.Nothing;
        foreach (var piece in pieces)
        {
            var judgement = Judge(piece);
            if (judgement.Differs)
                return judgement;
            all = new(false, all.IsNew || judgement.IsNew, all.IsRepeated || judgement.IsRepeated, judgement.Repeated);
        }

        return all;
    }

    private Judgement JudgeMark(StreamPiece piece)
    {
        _marks.Add(piece.Key);
        if (delivered.MarkAt(piece.Key) is not { } said)
            return Take(piece, Judgement.New);
        var isSame = piece.Kind == PieceKind.Mark ? said == piece.Text : IsRepeatedUpTo(piece.Key);
        return isSame ? Judgement.Repetition : Judgement.Different;
    }

    private Judgement JudgeText(StreamPiece piece)
    {
        var had = delivered.TextAt(piece.Key)[_repeated.GetValueOrDefault(piece.Key)..];
        var common = Math.Min(had.Length, piece.Text.Length);
        if (!had[..common].SequenceEqual(piece.Text.AsSpan(0, common)))
            return Judgement.Different;

        _repeated[piece.Key] = _repeated.GetValueOrDefault(piece.Key) + common;
        if (common == piece.Text.Length)
            return common == 0 ? Judgement.Nothing : Judgement.Repetition with { Repeated = common };
        return delivered.IsClosed(piece.Key)
            ? Judgement.Different
            : Take(piece with { Text = piece.Text[common..] }, Judgement.New with { Repeated = common });
    }

    private Judgement Take(StreamPiece piece, Judgement judgement)
    {
        if (!IsComplete(piece))
            return Judgement.Different;
        delivered.Add(piece);
        _passed.Add(piece.Key.Part);
        if (piece.Kind == PieceKind.Text)
            _repeated[piece.Key] = delivered.TextAt(piece.Key).Length;
        return judgement;
    }

    // Once something new was taken, only what is new can follow.
    private bool IsComplete(StreamPiece next)
    {
        if (isPerPart ? HasPassedIn(next.Key.Part) : HasPassed)
            return true;
        foreach (var key in delivered.Texts)
        {
            if (IsInScope(key, next.Key) && !IsRepeated(key))
                return false;
        }

        foreach (var key in delivered.Marks)
        {
            if (IsInScope(key, next.Key) && !_marks.Contains(key))
                return false;
        }

        return true;
    }

    private bool IsInScope(PieceKey key, PieceKey next) => !isPerPart || key.Part == next.Part;

    private bool IsRepeatedUpTo(PieceKey end)
    {
        foreach (var key in delivered.Texts)
        {
            if (end.Closes(key) && !IsRepeated(key))
                return false;
        }

        return true;
    }

    private bool IsRepeated(PieceKey text) => _repeated.GetValueOrDefault(text) == delivered.TextAt(text).Length;
}

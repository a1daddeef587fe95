namespace Keyhold.Storage.Resealing;

/// <summary>What one step has moved, where the next begins (null at the end), and which rows stay as they are.</summary>
public sealed record ResealStep(int Moved, ResealPlace? Next, IReadOnlyList<string> LeftBehind);

namespace Keyhold.Storage; internal static class Placeholder { }

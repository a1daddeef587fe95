namespace Keyhold.Server; internal static class Placeholder { }

global using Danke.App.Tests.Fixtures;
global using Shouldly;
global using Xunit;

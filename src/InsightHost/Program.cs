System.Console.WriteLine("insight");

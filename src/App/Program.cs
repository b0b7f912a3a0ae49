System.Console.WriteLine("danke");

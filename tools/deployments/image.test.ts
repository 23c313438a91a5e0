import { test } from "node:test";
import { linkPackages } from "./testing/linkPackages.ts";
import { runImage } from "./testing/runImage.ts";

test("the files of the image start a node that is ready, as the image starts it, and SIGTERM ends it cleanly", (t) =>
  runImage(t, linkPackages));

import { render } from "preact";
import { App } from "./app";
import { routeTo } from "./router";
import { source } from "./source/store";
import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/controls.css";
import "./style/table.css";
import "./style/figure.css";
import "./style/run.css";
import "./style/explorer.css";

if (location.hash === "" && source.only !== undefined) location.replace(routeTo(["run", source.only]));
render(<App />, document.getElementById("app")!);

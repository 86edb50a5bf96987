import { render } from "preact";
import { App } from "./app";
import "./style/tokens.css";
import "./style/base.css";
import "./style/frame.css";
import "./style/controls.css";
import "./style/table.css";
import "./style/figure.css";
import "./style/run.css";
import "./style/explorer.css";

render(<App />, document.getElementById("app")!);

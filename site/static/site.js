// A copy button on every snippet; without JavaScript the snippets are plain text to select.
for (const figure of document.querySelectorAll("figure.code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "コピー";
  const said = document.createElement("span");
  said.className = "copied";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    const code = figure.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      said.textContent = "コピーしました";
    } catch {
      getSelection().selectAllChildren(code);
      said.textContent = "選択しました。Ctrl + C でコピーしてください";
    }
  });
  figure.querySelector("figcaption").append(said, button);
}

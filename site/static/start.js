// A button in the text that opens the chat; without JavaScript the sentence alone stays.
const sentence = document.getElementById("start");
const button = document.createElement("button");
button.type = "button";
button.textContent = "相談を始める";
button.addEventListener("click", () => document.querySelector("tsunagari-chat")?.open());
sentence.after(button);

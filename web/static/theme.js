// Runs before the first paint: applies the remembered theme and tells the styles that scripts run.
(function () {
  var root = document.documentElement;
  root.classList.add('js');
  try {
    var theme = localStorage.getItem('dstudio.theme');
    if (theme === 'light' || theme === 'dark') root.dataset.theme = theme;
  } catch {
    // Storage can be forbidden; the system's theme is then used.
  }
})();

// Posts the page's one form at once; without this file its button does.
document.querySelector('form').submit();

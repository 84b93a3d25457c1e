select name from menu;

INSERT INTO items VALUES ('apple', 3), ('pear', 5);

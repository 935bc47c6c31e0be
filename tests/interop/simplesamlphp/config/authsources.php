<?php
// name:password => attributes
$person = fn(string $mail, string $first, string $last): array => [
    'mail' => [$mail],
    'givenName' => [$first],
    'sn' => [$last],
];
$config = [
    'people' => [
        'exampleauth:UserPass',
        'alice:alice-secret' => $person('member@acme.test', 'Alice', 'Archer'),
        'bob:bob-secret' => $person('Bob.New@ACME.test', 'Bob', 'Baker'),
        'jose:jose-secret' => $person('jose@acme.test', 'José & <Ana>', "O'Núñez 日本"),
        'carol:carol-secret' => $person('carol@globex.test', 'Carol', 'Cole'),
        'nomail:nomail-secret' => ['uid' => ['nomail']],
    ],
];

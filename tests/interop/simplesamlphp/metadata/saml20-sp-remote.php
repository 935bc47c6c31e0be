<?php
$known = json_decode(file_get_contents(getenv('IDP_FOLDER') . '/service-providers.json'), true);
foreach ($known as $provider) {
    $metadata[$provider['entity_id']] = $provider + ['AssertionConsumerService' => $provider['acs_url']];
}
